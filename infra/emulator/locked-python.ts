import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFailure } from './before-install/command-failure.mjs';
import { findPython, pythonCandidates, pythonVersion } from './find-python.ts';
import { type InstallSteps, installFolder } from './install-folder.ts';
import { installUv } from './install-uv.ts';
import { folderForLock, tandemFolder } from './paths.ts';
import { pythonEnvironment } from './python-environment.ts';
import { runTool, tryTool } from './run-tool.ts';

const installMaxMs = 900_000;

/** Where the interpreter of an environment is. */
export const pythonOf = (folder: string): string => join(folder, 'bin', 'python');

/** What makes Python environments: uv, and the interpreter that they get. */
export interface PythonMaker {
  readonly uv: string;
  readonly python: string;
}

/** @throws CommandFailure when there is no Python 3.13 to be had. */
export async function findPythonMaker(steps: InstallSteps): Promise<PythonMaker> {
  const env = pythonEnvironment(process.env);
  const found = await findPython(env);
  const uv = await installUv(found ? [found] : pythonCandidates(env), steps);
  return { uv, python: found ?? (await fetchPython(uv, env, steps)) };
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
  const find = ['python', 'find', '--managed-python', '--no-project', pythonVersion];
  const found = await tryTool(uv, find, options);
  if (found.code === 0) return found.stdout.trim();
  throw new CommandFailure({
    what: `There is no Python ${pythonVersion} here, and uv could not fetch one.`,
    why: `LocalStack 4.14 runs on no other version.\n${fetched.output.trim().split('\n').slice(-6).join('\n')}`,
    next: `Install Python ${pythonVersion} (for example: pyenv install ${pythonVersion}), then run the same command again.`,
  });
}

interface LockedEnvironment {
  readonly lock: string;
  /** Said when it cannot be made. */
  readonly failing: string;
  /** Of uv's installation, beside those that every environment has. */
  readonly arguments?: readonly string[];
  readonly onLine?: (line: string) => void;
}

/** Makes a folder an environment of what a hash-pinned lock names, and of nothing else. @throws CommandFailure. */
export async function buildLockedPython(
  folder: string,
  { uv, python }: PythonMaker,
  environment: LockedEnvironment,
  signal: AbortSignal,
): Promise<void> {
  const { lock, failing, onLine } = environment;
  const options = { failing, env: pythonEnvironment(process.env), signal, timeoutMs: installMaxMs };
  // Relocatable: it is built under another name and moved when complete.
  const venv = ['venv', '--quiet', '--relocatable', '--clear', '--no-project', '--python', python, folder];
  await runTool(uv, venv, options);
  const install = ['pip', 'install', '--require-hashes', '--no-deps', ...(environment.arguments ?? [])];
  const target = ['--python', pythonOf(folder), '-r', lock];
  await runTool(uv, [...install, ...target], onLine === undefined ? options : { ...options, onLine });
}

/**
 * Tools from their hash-pinned lock, in an environment of their own that a new lock makes anew.
 * @param tools `name` is the folder's, `title` stands in messages.
 * @returns the environment's interpreter
 * @throws CommandFailure
 */
export async function installPythonTools(
  tools: { readonly name: string; readonly title: string; readonly lock: string },
  steps: InstallSteps,
): Promise<string> {
  const folder = folderForLock(tools.name, tools.lock);
  const build = async (place: string) => {
    const maker = await findPythonMaker(steps);
    steps.progress(`making an environment for ${tools.title} with ${maker.python}`);
    const environment: LockedEnvironment = {
      lock: tools.lock,
      failing: `${tools.title} could not be installed.`,
      arguments: ['--quiet', '--only-binary', ':all:'],
    };
    await buildLockedPython(place, maker, environment, steps.signal);
  };
  await installFolder({ folder, isIntact: (place) => existsSync(pythonOf(place)), build, ...steps });
  return pythonOf(folder);
}
