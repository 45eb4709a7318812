import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { runCommand } from '../emulator/command-line.ts';
import { installPythonTools } from '../emulator/locked-python.ts';
import { root } from '../emulator/paths.ts';
import { pythonEnvironment } from '../emulator/python-environment.ts';

const usage = `
npm run train [-- --check] [-- --dataset iris|titanic|california-housing] [-- --model NAME]
  Trains every model from layers/onnx-runtime/training/data on one thread, about five minutes, and writes models, cards,
  golden and out-of-fold answers. --check retrains, compares with the committed cards and writes nothing. --model shows
  the scores of one model and writes nothing.
`;

const training = join(root, 'layers', 'onnx-runtime', 'training');
const tools = { name: 'training', title: 'The training tools', lock: join(training, 'requirements.txt') };

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
  const python = await installPythonTools(tools, { progress, signal: new AbortController().signal });
  const chosen = (['dataset', 'model'] as const).flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [`--${name}`, value];
  });
  return train(python, [...(values.check === true ? ['--check'] : []), ...chosen]);
});
