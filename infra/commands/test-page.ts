import { join } from 'node:path';
import { findBrowser } from '../browser/find-browser.ts';
import { failureText } from '../emulator/before-install/command-failure.mjs';
import { root, stateFolderFrom } from '../emulator/paths.ts';
import { runJest } from '../emulator/run-tests.ts';
import { readState } from '../emulator/state-file.ts';
import { reportTestRun } from '../emulator/test-run.ts';
import { interruption } from '../interruption.ts';

const usage = `
npm run test:page [-- --own] [-- jest arguments]
  Tries the page in this machine's Chromium, Chrome or Edge as its readers would. Takes the running npm start of this
  clone, or an emulator of its own if there is none. The tests break stores on purpose, and mend them.

  --own   an emulator of its own in any case
`;

/** One file after the other: they share one system, and break it. */
const pageTests = ['--runInBand', `--testMatch=${join(root, 'test', 'page', '**', '*.test.ts')}`];

async function testPage(args: readonly string[]): Promise<void> {
  findBrowser();
  const stateFolder = stateFolderFrom(process.env);
  const run = readState(stateFolder);
  // Paths come first: jest would take them for more of --testMatch.
  const jestArgs = [...args.filter((arg) => arg !== '--own'), ...pageTests];
  if (run?.ready !== true || args.includes('--own'))
    return reportTestRun(({ jest, phases }) => phases.run('tests', () => jest(jestArgs)));
  const { passed, failed, code } = await runJest(jestArgs, run, stateFolder, interruption());
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = code;
}

const args = process.argv.slice(2);
if (args.includes('--help')) console.log(usage.trim());
else {
  try {
    await testPage(args);
  } catch (error) {
    process.stderr.write(failureText(error));
    process.exitCode = 1;
  }
}
