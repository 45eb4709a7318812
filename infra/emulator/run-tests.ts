import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { CommandFailure } from './before-install/command-failure.mjs';
import { isAlive } from './before-install/process-identity.mjs';
import { localAwsEnvironment } from './local-aws-environment.cjs';
import { clearLeftovers } from './own-run.ts';
import { pinnedNode, root, tandemFolder } from './paths.ts';
import { type RunState, readState } from './state-file.ts';

const folderPrefix = 'test-';

const jestReport = z.object({
  success: z.boolean(),
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numRuntimeErrorTestSuites: z.int(),
});

/** Whose tests passed and failed; a suite that could not even load counts as one failed test. */
export interface TestTotals {
  readonly passed: number;
  readonly failed: number;
  readonly code: number;
}

/** The state folder of this test run. */
export const testFolder = (): string => join(tandemFolder, `${folderPrefix}${process.pid}`);

/** Ends and deletes what killed test runs left. */
export async function clearOldTestRuns(): Promise<void> {
  if (!existsSync(tandemFolder)) return;
  const names = readdirSync(tandemFolder).filter((name) => /^test-\d+$/.test(name));
  for (const folder of names.map((name) => join(tandemFolder, name))) {
    const run = readState(folder);
    if (run && isAlive(run.supervisor)) continue;
    await clearLeftovers(folder);
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Runs jest on the suites that the arguments name (all of them without), with the emulator's addresses and fake keys.
 * @throws CommandFailure when jest ended without a report
 */
export async function runJest(
  args: readonly string[],
  run: RunState,
  stateFolder: string,
  signal: AbortSignal,
): Promise<TestTotals> {
  const report = join(stateFolder, 'jest.json');
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const child = spawn(pinnedNode, [...flags, jest, '--json', '--outputFile', report, ...args], {
    cwd: root,
    // jest's table of results goes to stderr; stdout would only repeat the report.
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...localAwsEnvironment(process.env, run.endpoint),
      TANDEM_API_URL: run.apiUrl,
      TANDEM_STATE_FOLDER: stateFolder,
    },
    signal,
    killSignal: 'SIGTERM',
  });
  const code = await new Promise<number>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('close', (exitCode) => resolve(exitCode ?? 1));
  });
  signal.throwIfAborted();
  return totalsOf(existsSync(report) ? readFileSync(report, 'utf8') : '', code);
}

/** @throws CommandFailure when there is no report to read */
export function totalsOf(report: string, code: number): TestTotals {
  if (report === '') {
    throw new CommandFailure({
      what: `jest ended with ${code} before it ran anything.`,
      next: 'Read its lines above.',
    });
  }
  const totals = jestReport.parse(JSON.parse(report));
  const failed = totals.numFailedTests + totals.numRuntimeErrorTestSuites;
  return { passed: totals.numPassedTests, failed, code: failed > 0 ? 1 : code };
}
