import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFailure } from './before-install/command-failure.mjs';
import { findPython, pythonCandidates, pythonVersion } from './find-python.ts';
import { type InstallSteps, installFolder, isInstalled } from './install-folder.ts';
import { installUv } from './install-uv.ts';
import { folderForLock, pythonLock, tandemFolder } from './paths.ts';
import { pythonEnvironment } from './python-environment.ts';
import { runTool, tryTool } from './run-tool.ts';

const installMaxMs = 900_000;

// Java comes with the environment, as a wheel: an interpreter that was removed leaves a dangling link behind.
const isIntact = (folder: string): boolean =>
  existsSync(join(folder, 'bin', 'python')) && existsSync(join(folder, 'bin', 'localstack-supervisor'));

export function pythonInstallation(): { folder: string; isIntact: (folder: string) => boolean } {
  return { folder: folderForLock('python', pythonLock), isIntact };
}

/**
 * The emulator's Python environment, from its hash-pinned lock.
 * @returns its folder, and where its interpreter came from if it was made now
 * @throws CommandFailure when there is no Python 3.13 to be had, or the packages cannot be fetched or fail their hash
 */
export async function installPython(steps: InstallSteps): Promise<{ folder: string; detail: string }> {
  const installation = pythonInstallation();
  if (isInstalled(installation)) return { folder: installation.folder, detail: 'up to date' };
  const env = pythonEnvironment(process.env);
  const found = await findPython(env);
  const uv = await installUv(found ? [found] : pythonCandidates(env), steps);
  const python = found ?? (await fetchPython(uv, env, steps));
  const build = (folder: string): Promise<void> => buildEnvironment(folder, { uv, python, env, ...steps });
  const built = await installFolder({ ...installation, ...steps, build });
  return { folder: installation.folder, detail: built ? `made with ${python}` : 'made by another command' };
}

async function fetchPython(
  uv: string,
  env: NodeJS.ProcessEnv,
  { progress, signal }: InstallSteps,
): Promise<string> {
  progress(`no Python ${pythonVersion} here; uv fetches one`);
  const managed = { ...env, UV_PYTHON_INSTALL_DIR: join(tandemFolder, 'uv-python') };
  const options = { timeoutMs: installMaxMs, env: managed, signal };
  const fetched = await tryTool(uv, ['python', 'install', '--no-bin', pythonVersion], options);
  const found = await tryTool(
    uv,
    ['python', 'find', '--managed-python', '--no-project', pythonVersion],
    options,
  );
  if (found.code === 0) return found.stdout.trim();
  throw new CommandFailure({
    what: `There is no Python ${pythonVersion} here, and uv could not fetch one.`,
    why: `LocalStack 4.14 runs on no other version.\n${fetched.output.trim().split('\n').slice(-6).join('\n')}`,
    next: `Install Python ${pythonVersion} (for example: pyenv install ${pythonVersion}), then run the same command again.`,
  });
}

interface EnvironmentParts extends InstallSteps {
  readonly uv: string;
  readonly python: string;
  readonly env: NodeJS.ProcessEnv;
}

async function buildEnvironment(
  folder: string,
  { uv, python, env, progress, signal }: EnvironmentParts,
): Promise<void> {
  progress('making the emulator’s Python environment (about 140 packages, 600 MB)');
  const failing = 'The emulator’s Python environment could not be made.';
  const options = { failing, env, signal, timeoutMs: installMaxMs };
  // Relocatable: it is built under another name and moved when complete.
  await runTool(
    uv,
    ['venv', '--quiet', '--relocatable', '--clear', '--no-project', '--python', python, folder],
    options,
  );
  const install = [
    'pip',
    'install',
    '--require-hashes',
    '--no-deps',
    '--python',
    join(folder, 'bin', 'python'),
  ];
  await runTool(uv, [...install, '-r', pythonLock], { ...options, onLine: progress });
}
