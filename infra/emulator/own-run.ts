import { join } from 'node:path';
import { CommandFailure } from './before-install/command-failure.mjs';
import { isAlive } from './before-install/process-identity.mjs';
import { tryLock } from './before-install/process-lock.mjs';
import { endProcesses } from './end-processes.ts';
import { readState, removeState } from './state-file.ts';

/**
 * Takes the place of the one run that a state folder has (of this clone's `npm start`, say), and clears what a killed one left.
 * @returns how to give the place back, and how many processes were cleared
 * @throws CommandFailure saying where the run is that already has it
 */
export async function takeRun(stateFolder: string): Promise<{ release: () => void; cleared: number }> {
  const attempt = tryLock(stateFolder, 'run', 'npm start');
  const run = readState(stateFolder);
  if (!attempt.release) {
    throw new CommandFailure({
      what: `npm start already runs in this clone${run ? `, at ${run.apiUrl}` : ''}.`,
      why: `Process ${attempt.holder?.pid ?? run?.supervisor.pid ?? 'unknown'} has it.`,
      next: 'npm run status\nor, to end it: npm stop',
    });
  }
  return { release: attempt.release, cleared: await clearLeftovers(stateFolder) };
}

/** Ends what a run whose supervisor was killed left behind. @returns how many processes that were */
export async function clearLeftovers(stateFolder: string): Promise<number> {
  const left = readState(stateFolder);
  if (!left || isAlive(left.supervisor)) return 0;
  const ended = left.external || !left.emulator ? 0 : await endProcesses(left.emulator, left.runId, 0);
  removeState(stateFolder);
  return ended;
}

export const startLog = (stateFolder: string): string => join(stateFolder, 'start.log');
