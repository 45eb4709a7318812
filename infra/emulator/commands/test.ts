import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runSchemathesis } from '../../fuzz/run-schemathesis.ts';
import { CommandFailure, failureText } from '../before-install/command-failure.mjs';
import { bringUp } from '../bring-up.ts';
import { Phases } from '../phases.ts';
import { tryPort } from '../port-owner.ts';
import { clearOldTestRuns, runJest, type TestTotals, testFolder } from '../run-tests.ts';
import type { Emulator } from '../start-localstack.ts';
import { addPackagesPhase } from '../supervise.ts';

const usage = `
npm test [-- jest arguments]
  Installs what is missing, starts an emulator of its own on a free port, deploys, runs every suite, sends generated calls
  to every route, and stops it. Arguments go to jest, which then runs alone: npm test -- test/emulator -t 'used port'.
  An npm start of this clone may go on meanwhile.
`;

const drills = '/test/drill/';
const noTests: TestTotals = { passed: 0, failed: 1, code: 1 };

async function freePort(): Promise<number> {
  const port = await tryPort(0, '127.0.0.1');
  if (port !== undefined) return port;
  throw new CommandFailure({ what: 'There is no free port on 127.0.0.1.', next: 'npm run doctor' });
}

/** Drills break servers and stores that other suites call, so they come after them, one by one; then the fuzzer. */
async function runEverything(
  jest: (args: string[]) => Promise<TestTotals>,
  apiUrl: string,
  parts: { phases: Phases; signal: AbortSignal },
): Promise<TestTotals> {
  const { phases } = parts;
  const all = [
    await phases.run('tests', () => jest(['--testPathIgnorePatterns', drills])),
    await phases.run('drills', () => jest(['--runInBand', '--testPathPatterns', drills])),
    await fuzz(apiUrl, parts),
  ];
  const sum = (count: (totals: TestTotals) => number) => all.reduce((total, one) => total + count(one), 0);
  return {
    passed: sum(({ passed }) => passed),
    failed: sum(({ failed }) => failed),
    code: all.find(({ code }) => code !== 0)?.code ?? 0,
  };
}

/** Generated calls to every route: counts as one test. */
async function fuzz(
  apiUrl: string,
  { phases, signal }: { phases: Phases; signal: AbortSignal },
): Promise<TestTotals> {
  let said = '';
  const plan = { apiUrl, folder: join(testFolder(), 'fuzz'), short: true, seed: 1, context: undefined };
  const fuzzed = await phases.run(
    'fuzz',
    (progress) => runSchemathesis(plan, { progress, signal }, (text) => (said += text)),
    ({ calls }) => `${calls} generated calls`,
  );
  if (fuzzed.code === 0) return { passed: 1, failed: 0, code: 0 };
  phases.say(said);
  return noTests;
}

async function testAll(args: string[], stop: AbortController): Promise<TestTotals> {
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
    const place = { port: await freePort(), listen: '127.0.0.1', allowNet: [], stateFolder };
    const target = { ...place, layers: 'mounted' as const };
    const run = await bringUp({ ...target, signal, phases, onEmulator });
    const jest = (given: string[]) => runJest(given, run, stateFolder, signal);
    const totals = await (args.length > 0
      ? phases.run('tests', () => jest(args))
      : runEverything(jest, run.apiUrl, { phases, signal }));
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

const args = process.argv.slice(2);
if (args[0] === '--help') console.log(usage.trim());
else {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  const { passed, failed, code } = await testAll(args, stop);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = code;
}
