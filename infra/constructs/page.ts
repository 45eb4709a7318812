import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const buildMaxMs = 120_000;

/**
 * Builds the page into `outFolder`: index.html and text assets with hashed names. In a process of its own: the bundler is
 * native code that an isolated test runner cannot load.
 */
export async function buildPage(outFolder: string): Promise<void> {
  const program = join(import.meta.dirname, 'page-build.ts');
  await promisify(execFile)(process.execPath, [program, resolve(outFolder)], {
    timeout: buildMaxMs,
    // The test runner's flags are not the bundler's.
    env: { ...process.env, NODE_OPTIONS: '' },
  });
}
