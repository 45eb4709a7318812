import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, type ProcessIdentity, startTimeOf } from './before-install/process-identity.mjs';
import { tryTool } from './run-tool.ts';

const pollMs = 50;
const killMaxMs = 5000;

/** A live process, with its group and session: what LocalStack starts stays in them. */
interface Member {
  readonly pid: number;
  readonly state: string;
  readonly group: number;
  readonly session: number;
}

/** From the text of /proc/<pid>/stat. */
export function memberFromStat(stat: string): Member {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    pid: Number.parseInt(stat, 10),
    state: fields[0] ?? '',
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
  const { stdout } = await tryTool('ps', ['-axo', 'pid=,stat=,pgid='], { timeoutMs: 10_000 });
  const rows = stdout.trim().split('\n');
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, state]) => !state?.startsWith('Z'))
    .map(([pid, state, group]) => ({
      pid: Number(pid),
      state: state ?? '',
      group: Number(group),
      session: Number(group),
    }));
}

/**
 * The live processes of a group that we started. The leader's number may be another process by now: then none is ours.
 * When the leader is gone, each one must carry the run's id in its environment (where the system shows it).
 */
export async function groupMembers(leader: ProcessIdentity, runId: string): Promise<number[]> {
  const leaderNow = startTimeOf(leader.pid);
  if (leaderNow !== undefined && leaderNow !== leader.startTime) return [];
  const members = await allMembers();
  const ours = members.filter(({ group, session }) => group === leader.pid || session === leader.pid);
  const marked = (pid: number): boolean =>
    leaderNow !== undefined ||
    process.platform !== 'linux' ||
    readOr(`/proc/${pid}/environ`, '').includes(runId);
  return ours.map(({ pid }) => pid).filter(marked);
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
 * Ends a process and everything in its group: asked first, killed when that takes longer than `graceMs`.
 * @returns how many processes were ended
 */
export async function endGroup(leader: ProcessIdentity, runId: string, graceMs: number): Promise<number> {
  const before = await groupMembers(leader, runId);
  if (isAlive(leader) && graceMs > 0) {
    signalProcess(leader.pid, 'SIGTERM');
    await waitUntil(() => !isAlive(leader), graceMs);
  }
  await waitUntil(async () => {
    const left = await groupMembers(leader, runId);
    for (const pid of left) signalProcess(pid, 'SIGKILL');
    return left.length === 0;
  }, killMaxMs);
  return before.length;
}
