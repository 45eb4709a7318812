import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { failureOfTool } from './before-install/command-failure.mjs';
import { type InstallSteps, installFolder, isInstalled } from './install-folder.ts';
import { folderForLock, uvLock } from './paths.ts';
import { pythonEnvironment } from './python-environment.ts';
import { type ToolResult, tryTool } from './run-tool.ts';

const isIntact = (folder: string): boolean => existsSync(join(folder, 'bin', 'uv'));

export function uvInstallation(): { folder: string; isIntact: (folder: string) => boolean } {
  return { folder: folderForLock('uv', uvLock), isIntact };
}

/**
 * uv, which makes the emulator's environment, from its hash-pinned wheel in an environment of its own.
 * @param pythons any interpreters, tried in turn: some lack the venv module
 * @returns uv's path
 * @throws CommandFailure when none can make an environment, or the download fails
 */
export async function installUv(pythons: readonly string[], steps: InstallSteps): Promise<string> {
  const installation = uvInstallation();
  if (!isInstalled(installation)) {
    steps.progress('installing uv');
    await installFolder({
      ...installation,
      ...steps,
      build: (folder) => buildUv(folder, pythons, steps.signal),
    });
  }
  return join(installation.folder, 'bin', 'uv');
}

async function buildUv(folder: string, pythons: readonly string[], signal: AbortSignal): Promise<void> {
  let last: ToolResult | undefined;
  for (const python of pythons) {
    last = await buildUvWith(python, folder, signal);
    if (last.code === 0 && isIntact(folder)) return;
    rmSync(folder, { recursive: true, force: true });
  }
  const output = last?.output ?? 'There is no python3 here.';
  throw failureOfTool(
    'uv could not be installed.',
    output,
    /ensurepip|No module named venv|no python3/.test(output)
      ? 'Install Python 3 with its venv module (Debian and Ubuntu: apt-get install python3-venv).'
      : undefined,
  );
}

async function buildUvWith(python: string, folder: string, signal: AbortSignal): Promise<ToolResult> {
  const options = { timeoutMs: 300_000, env: pythonEnvironment(process.env), signal };
  const made = await tryTool(python, ['-m', 'venv', folder], options);
  if (made.code !== 0) return made;
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--require-hashes',
    '--only-binary=:all:',
  ];
  return tryTool(join(folder, 'bin', 'python'), [...pip, '--no-deps', '-r', uvLock], options);
}
