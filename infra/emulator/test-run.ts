import { rm } from 'node:fs/promises';
import { failureText } from './before-install/command-failure.mjs';
import { onOwnEmulator } from './own-emulator.ts';
import { Phases } from './phases.ts';
import { clearOldTestRuns, runJest, type TestTotals, testFolder } from './run-tests.ts';
import { addPackagesPhase } from './supervise.ts';

/** What tests have of the emulator that was started for them. */
export interface TestParts {
  readonly jest: (args: readonly string[]) => Promise<TestTotals>;
  readonly apiUrl: string;
  readonly phases: Phases;
  readonly signal: AbortSignal;
}

type Work = (parts: TestParts) => Promise<TestTotals>;

export const noTests: TestTotals = { passed: 0, failed: 1, code: 1 };

async function testOnOwnEmulator(work: Work, stop: AbortController): Promise<TestTotals> {
  const stateFolder = testFolder();
  const phases = new Phases(process.stdout);
  const { signal } = stop;
  try {
    await clearOldTestRuns();
    addPackagesPhase(phases);
    const totals = await onOwnEmulator(
      { stateFolder, shopFollower: 'documents', phases, signal },
      async (run) => {
        const jest = (args: readonly string[]) => runJest(args, run, stateFolder, signal);
        return work({ jest, apiUrl: run.apiUrl, phases, signal });
      },
    );
    if (totals.failed > 0) phases.say(`  The emulator's logs of this run: ${stateFolder}`);
    else await rm(stateFolder, { recursive: true, force: true });
    return totals;
  } catch (error) {
    process.stderr.write(signal.aborted ? '\nInterrupted.\n' : failureText(error));
    return noTests;
  }
}

/**
 * Starts an emulator, deploys, lets `work` test it, and stops it; ends in order on a signal too. Closes with the totals and
 * sets the exit code.
 */
export async function reportTestRun(work: Work): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  const { passed, failed, code } = await testOnOwnEmulator(work, stop);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = code;
}
