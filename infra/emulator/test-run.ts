import { rm } from 'node:fs/promises';
import { CommandFailure, failureText } from './before-install/command-failure.mjs';
import { bringUp } from './bring-up.ts';
import { Phases } from './phases.ts';
import { tryPort } from './port-owner.ts';
import { clearOldTestRuns, runJest, type TestTotals, testFolder } from './run-tests.ts';
import type { Emulator } from './start-localstack.ts';
import { addPackagesPhase } from './supervise.ts';

const noTests: TestTotals = { passed: 0, failed: 1, code: 1 };

async function freePort(): Promise<number> {
  const port = await tryPort(0, '127.0.0.1');
  if (port !== undefined) return port;
  throw new CommandFailure({ what: 'There is no free port on 127.0.0.1.', next: 'npm run doctor' });
}

/** Runs jest over an emulator of its own, which is started, deployed to and stopped. @param args jest's */
async function testOnOwnEmulator(args: readonly string[], stop: AbortController): Promise<TestTotals> {
  const stateFolder = testFolder();
  const phases = new Phases(process.stdout);
  const { signal } = stop;
  let emulator: Emulator | undefined;
  try {
    await clearOldTestRuns();
    addPackagesPhase(phases);
    const onEmulator = (made: Emulator): void => {
      emulator = made;
    };
    const target = { port: await freePort(), listen: '127.0.0.1', stateFolder, layers: 'mounted' as const };
    const run = await bringUp({ ...target, signal, phases, onEmulator });
    const totals = await phases.run('tests', () => runJest(args, run, stateFolder, signal));
    if (totals.failed > 0) phases.say(`  The emulator's logs of this run: ${stateFolder}`);
    else await rm(stateFolder, { recursive: true, force: true });
    return totals;
  } catch (error) {
    process.stderr.write(signal.aborted ? '\nInterrupted.\n' : failureText(error));
    return noTests;
  } finally {
    stop.abort();
    await emulator?.stop();
  }
}

/** The same as a command: ends in order on a signal, closes with the totals, and sets the exit code. */
export async function reportTestRun(args: readonly string[]): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  const { passed, failed, code } = await testOnOwnEmulator(args, stop);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = code;
}
