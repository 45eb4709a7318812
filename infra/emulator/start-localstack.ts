import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailure } from './before-install/command-failure.mjs';
import { identityOf, type ProcessIdentity } from './before-install/process-identity.mjs';
import { endProcesses } from './end-processes.ts';
import type { RunningFaults } from './faults/start-faults.ts';
import { functionsLogOf, itemsPortFileOf, localstackSettings } from './localstack/settings.ts';
import { pinnedNode, root } from './paths.ts';

const readyMaxMs = 90_000;
const pollMs = 50;
// All its state is in memory: there is nothing to save, and what it started ends with it in any case.
const stopGraceMs = 1500;

export interface EmulatorOptions {
  readonly pythonFolder: string;
  readonly jarsFolder: string;
  readonly port: number;
  readonly listen: string;
  readonly stateFolder: string;
  /** Marks every process of the run, so that a later clean-up knows its own. */
  readonly runId: string;
  readonly signal: AbortSignal;
  readonly faults: Pick<RunningFaults, 'labUrl' | 'diversion'>;
}

export interface Emulator {
  readonly identity: ProcessIdentity;
  /** Resolves when LocalStack ends, for whatever reason. */
  readonly ended: Promise<void>;
  /** Ends LocalStack, its Java and its functions. @returns how many processes that were */
  readonly stop: () => Promise<number>;
}

export const localstackLog = (stateFolder: string): string => join(stateFolder, 'localstack.log');

/** Nothing outlives LocalStack, whose state is in memory; only the assembly of the stacks is kept, for its zips. */
function clearLastRun(stateFolder: string): void {
  for (const name of ['localstack', 'tmp']) rmSync(join(stateFolder, name), { recursive: true, force: true });
  for (const file of [functionsLogOf(stateFolder), itemsPortFileOf(stateFolder)])
    rmSync(file, { force: true });
  mkdirSync(join(stateFolder, 'tmp'), { recursive: true });
  // Functions are unpacked below: without it the clone's own package.json would make ES modules of their .js files.
  writeFileSync(join(stateFolder, 'package.json'), '{}\n');
}

/** Starts LocalStack in a process group of its own, so that a Ctrl-C meant for us does not tear it down half-way. */
export function spawnLocalStack(options: EmulatorOptions): Emulator {
  clearLastRun(options.stateFolder);
  const log = openSync(localstackLog(options.stateFolder), 'w');
  const { pythonFolder, jarsFolder, stateFolder, port, listen } = options;
  const folders = { pythonFolder, jarsFolder, stateFolder, sdkFolder: root };
  const settings = localstackSettings({
    ...folders,
    port,
    listenAddress: listen,
    nodePath: pinnedNode,
    serviceEndpoints: { LAB: options.faults.labUrl },
    diversion: options.faults.diversion,
  });
  // Its stdin stays open as long as this process lives: when it closes, LocalStack ends by itself.
  const child = spawn(settings.command, settings.args, {
    cwd: stateFolder,
    detached: true,
    stdio: ['pipe', log, log],
    env: { ...settings.env, TANDEM_RUN_ID: options.runId },
  });
  closeSync(log);
  const ended = endOf(child);
  const identity = child.pid === undefined ? undefined : identityOf(child.pid);
  if (!identity) throw startFailure(options.stateFolder, 'It ended at once.');
  return { identity, ended, stop: () => endProcesses(identity, options.runId, stopGraceMs) };
}

async function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
}

/** @throws CommandFailure when LocalStack ends, or does not answer in time */
export async function untilLocalStackAnswers(emulator: Emulator, options: EmulatorOptions): Promise<void> {
  const over = new AbortController();
  void emulator.ended.then(() => over.abort());
  const deadline = Date.now() + readyMaxMs;
  while (!(await localStackAnswers(`http://127.0.0.1:${options.port}`))) {
    options.signal.throwIfAborted();
    if (over.signal.aborted) throw startFailure(options.stateFolder, 'It ended while starting.');
    if (Date.now() > deadline)
      throw startFailure(options.stateFolder, `No answer within ${readyMaxMs / 1000} s.`);
    await sleep(pollMs);
  }
}

export async function localStackAnswers(endpoint: string): Promise<boolean> {
  try {
    const answer = await fetch(`${endpoint}/_localstack/health`, { signal: AbortSignal.timeout(2000) });
    const body: unknown = await answer.json();
    return answer.ok && typeof body === 'object' && body !== null && 'services' in body;
  } catch {
    return false;
  }
}

function startFailure(stateFolder: string, why: string): CommandFailure {
  const path = localstackLog(stateFolder);
  const tail = readFileSync(path, 'utf8').trim().split('\n').slice(-15).join('\n');
  return new CommandFailure({
    what: 'LocalStack did not start.',
    why: `${why} The end of ${path}:\n${tail}`,
    next: 'npm run doctor',
  });
}
