import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../emulator/command-line.ts';
import { findPython, pythonCandidates, pythonVersion } from '../emulator/find-python.ts';
import { type InstallSteps, installFolder } from '../emulator/install-folder.ts';
import { installUv } from '../emulator/install-uv.ts';
import { folderForLock, root } from '../emulator/paths.ts';
import { pythonEnvironment } from '../emulator/python-environment.ts';
import { runTool } from '../emulator/run-tool.ts';

const usage = `
npm run train [-- --check] [-- --dataset iris|titanic|california-housing] [-- --model NAME]
  Trains every model from layers/onnx-runtime/training/data on one thread, about five minutes, and writes models, cards,
  golden and out-of-fold answers. --check retrains, compares with the committed cards and writes nothing. --model shows
  the scores of one model and writes nothing.
`;

const training = join(root, 'layers', 'onnx-runtime', 'training');
const lock = join(training, 'requirements.txt');
const installMaxMs = 900_000;

/** The training tools, from their hash-pinned lock, in an environment of their own. @returns its interpreter */
async function installTools(steps: InstallSteps): Promise<string> {
  const folder = folderForLock('training', lock);
  const python = (place: string) => join(place, 'bin', 'python');
  const build = async (place: string) => {
    const env = pythonEnvironment(process.env);
    const found = await findPython(env);
    const uv = await installUv(found ? [found] : pythonCandidates(env), steps);
    steps.progress(`making the training tools' environment with Python ${found ?? pythonVersion}`);
    const options = {
      failing: 'The training tools could not be installed.',
      env,
      timeoutMs: installMaxMs,
      signal: steps.signal,
    };
    // Relocatable: it is built under another name and moved when complete.
    const venv = ['venv', '--quiet', '--relocatable', '--clear', '--no-project'];
    await runTool(uv, [...venv, '--python', found ?? pythonVersion, place], options);
    const install = ['pip', 'install', '--quiet', '--require-hashes', '--no-deps', '--only-binary', ':all:'];
    await runTool(uv, [...install, '--python', python(place), '-r', lock], options);
  };
  await installFolder({ folder, isIntact: (place) => existsSync(python(place)), build, ...steps });
  return python(folder);
}

/** Runs the training with its output shown as it comes. @returns its exit code */
function train(python: string, args: readonly string[]): Promise<number> {
  const env = { ...pythonEnvironment(process.env), PYTHONUNBUFFERED: '1' };
  const child = spawn(python, [join(training, 'train.py'), ...args], { stdio: 'inherit', env });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

const options = {
  check: { type: 'boolean' },
  dataset: { type: 'string' },
  model: { type: 'string' },
} as const;

await runCommand(usage, options, async ({ values }) => {
  const progress = (text: string) => process.stdout.write(`${text}\n`);
  const python = await installTools({ progress, signal: new AbortController().signal });
  const chosen = (['dataset', 'model'] as const).flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [`--${name}`, value];
  });
  return train(python, [...(values.check === true ? ['--check'] : []), ...chosen]);
});
