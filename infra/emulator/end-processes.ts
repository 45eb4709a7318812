import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  identityOf,
  isAlive,
  type ProcessIdentity,
  startTimeOf,
} from './before-install/process-identity.mjs';
import { tryTool } from './run-tool.ts';

const pollMs = 50;
const killMaxMs = 5000;

/** A live process, with its parent, group and session. */
interface Member {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
  readonly group: number;
  readonly session: number;
}

/** From the text of /proc/<pid>/stat. */
function memberFromStat(stat: string): Member {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    pid: Number.parseInt(stat, 10),
    state: fields[0] ?? '',
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
  };
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

async function allMembers(): Promise<Member[]> {
  if (process.platform === 'linux') {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const stats = pids.map((pid) => readOr(`/proc/${pid}/stat`, '')).filter((stat) => stat !== '');
    return stats.map(memberFromStat).filter(({ state }) => state !== 'Z' && state !== 'X');
  }
  const { stdout } = await tryTool('ps', ['-axo', 'pid=,stat=,ppid=,pgid='], { timeoutMs: 10_000 });
  const rows = stdout.trim().split('\n');
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, state]) => !state?.startsWith('Z'))
    .map(([pid, state, parent, group]) => ({
      pid: Number(pid),
      state: state ?? '',
      parent: Number(parent),
      group: Number(group),
      session: Number(group),
    }));
}

/**
 * The live processes that a leader of ours started, itself included: its descendants, and what stayed in its group.
 * Its number may be another process by now: then none is ours. When the leader is gone, each one must carry the run's
 * id in its environment (where the system shows it).
 */
export async function processesOf(leader: ProcessIdentity, runId: string): Promise<ProcessIdentity[]> {
  const leaderNow = startTimeOf(leader.pid);
  if (leaderNow !== undefined && leaderNow !== leader.startTime) return [];
  const members = await allMembers();
  const ours = new Set(
    members.filter(({ group, session }) => group === leader.pid || session === leader.pid),
  );
  // Parents come before children in no particular order: go on until a pass finds no more.
  for (let known = -1; known !== ours.size; ) {
    known = ours.size;
    const pids = new Set([...ours].map(({ pid }) => pid));
    for (const member of members) if (pids.has(member.parent)) ours.add(member);
  }
  const marked = (pid: number): boolean =>
    leaderNow !== undefined ||
    process.platform !== 'linux' ||
    readOr(`/proc/${pid}/environ`, '').includes(runId);
  return [...ours].filter(({ pid }) => marked(pid)).flatMap(({ pid }) => identityOf(pid) ?? []);
}

/** Waits until a condition holds. @returns whether it did in time */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  maxMs: number,
): Promise<boolean> {
  const deadline = Date.now() + maxMs;
  while (!(await condition())) {
    if (Date.now() > deadline) return false;
    await sleep(pollMs);
  }
  return true;
}

/** Sends a signal; a process that just ended is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Ends a process and everything that it started: asked first, killed when that takes longer than `graceMs`.
 * @returns how many processes were ended
 */
export async function endProcesses(leader: ProcessIdentity, runId: string, graceMs: number): Promise<number> {
  const before = await processesOf(leader, runId);
  if (isAlive(leader) && graceMs > 0) {
    signalProcess(leader.pid, 'SIGTERM');
    await waitUntil(() => !isAlive(leader), graceMs);
  }
  await waitUntil(async () => {
    const left = [...before, ...(await processesOf(leader, runId))].filter(isAlive);
    for (const { pid } of left) signalProcess(pid, 'SIGKILL');
    return left.length === 0;
  }, killMaxMs);
  return before.length;
}
