import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type InstallSteps, installFolder, isInstalled } from './install-folder.ts';
import { buildLockedPython, findPythonMaker, type PythonMaker, pythonOf } from './locked-python.ts';
import { folderForLock, pythonLock } from './paths.ts';

// Java comes with the environment, as a wheel: an interpreter that was removed leaves a dangling link behind.
const isIntact = (folder: string): boolean =>
  existsSync(pythonOf(folder)) && existsSync(join(folder, 'bin', 'localstack-supervisor'));

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
  const maker = await findPythonMaker(steps);
  const build = (folder: string): Promise<void> => buildEnvironment(folder, maker, steps);
  const built = await installFolder({ ...installation, ...steps, build });
  const detail = built ? `made with ${maker.python}` : 'made by another command';
  return { folder: installation.folder, detail };
}

async function buildEnvironment(
  folder: string,
  maker: PythonMaker,
  { progress, signal }: InstallSteps,
): Promise<void> {
  progress('making the emulator’s Python environment (about 115 packages, 800 MB)');
  const failing = 'The emulator’s Python environment could not be made.';
  await buildLockedPython(folder, maker, { lock: pythonLock, failing, onLine: progress }, signal);
}
