import { join } from 'node:path';
import { runSchemathesis } from '../../fuzz/run-schemathesis.ts';
import { type TestTotals, testFolder } from '../run-tests.ts';
import { noTests, reportTestRun, type TestParts } from '../test-run.ts';

const usage = `
npm test [-- jest arguments]
  Installs what is missing, starts an emulator of its own on a free port, deploys, runs every suite, sends generated calls
  to every route, and stops it. Arguments go to jest, which then runs alone: npm test -- test/emulator -t 'used port'.
  An npm start of this clone may go on meanwhile.
`;

const drills = '/test/drill/';

/** Drills break servers and stores that other suites call, so they come after them, one by one; then the fuzzer. */
async function runEverything(parts: TestParts): Promise<TestTotals> {
  const { jest, phases } = parts;
  const all = [
    await phases.run('tests', () => jest(['--testPathIgnorePatterns', drills])),
    await phases.run('drills', () => jest(['--runInBand', '--testPathPatterns', drills])),
    await fuzz(parts),
  ];
  const sum = (count: (totals: TestTotals) => number) => all.reduce((total, one) => total + count(one), 0);
  return {
    passed: sum(({ passed }) => passed),
    failed: sum(({ failed }) => failed),
    code: all.find(({ code }) => code !== 0)?.code ?? 0,
  };
}

/** Generated calls to every route: counts as one test. */
async function fuzz({ apiUrl, phases, signal }: TestParts): Promise<TestTotals> {
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

const args = process.argv.slice(2);
if (args[0] === '--help') console.log(usage.trim());
else if (args.length > 0) await reportTestRun(({ jest, phases }) => phases.run('tests', () => jest(args)));
else await reportTestRun(runEverything);
