import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findPython, pythonCandidates, pythonVersion } from '../emulator/find-python.ts';
import { type InstallSteps, installFolder } from '../emulator/install-folder.ts';
import { installUv } from '../emulator/install-uv.ts';
import { folderForLock, root } from '../emulator/paths.ts';
import { pythonEnvironment } from '../emulator/python-environment.ts';
import { runTool } from '../emulator/run-tool.ts';

const lock = join(root, 'infra', 'fuzz', 'requirements.txt');
const installMaxMs = 300_000;
const pythonOf = (place: string) => join(place, 'bin', 'python');

/** Schemathesis from its hash-pinned lock, in an environment of its own. @returns its interpreter */
export async function installSchemathesis(steps: InstallSteps): Promise<string> {
  const folder = folderForLock('schemathesis', lock);
  const build = async (place: string) => {
    const env = pythonEnvironment(process.env);
    const found = await findPython(env);
    const uv = await installUv(found ? [found] : pythonCandidates(env), steps);
    const failing = 'Schemathesis could not be installed.';
    const options = { failing, env, timeoutMs: installMaxMs, signal: steps.signal };
    steps.progress(`making an environment for Schemathesis with Python ${found ?? pythonVersion}`);
    // Relocatable: it is built under another name and moved when complete.
    const venv = ['venv', '--quiet', '--relocatable', '--clear', '--no-project'];
    await runTool(uv, [...venv, '--python', found ?? pythonVersion, place], options);
    const install = ['pip', 'install', '--quiet', '--require-hashes', '--no-deps', '--only-binary', ':all:'];
    await runTool(uv, [...install, '--python', pythonOf(place), '-r', lock], options);
  };
  await installFolder({ folder, isIntact: (place) => existsSync(pythonOf(place)), build, ...steps });
  return pythonOf(folder);
}
