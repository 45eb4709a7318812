import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { runCommand } from '../emulator/command-line.ts';
import { installPythonTools } from '../emulator/locked-python.ts';
import { root, stateFolderFrom } from '../emulator/paths.ts';
import { pythonEnvironment } from '../emulator/python-environment.ts';
import { readState } from '../emulator/state-file.ts';

const usage = `
npm run fuzz [-- options]
  Sends generated calls to every route of the running npm start, right and wrong ones, and fails on any 5xx, any answer
  that the OpenAPI document does not declare, and any wrong request that is taken. At least 2,000 calls.

  --short       a tenth of the generated calls, each route still met: for CI
  --seed N      the calls of that seed (1)
  --context C   one context alone: shop, registry, models, …
`;

const options = {
  short: { type: 'boolean', default: false },
  seed: { type: 'string', default: '1' },
  context: { type: 'string' },
} as const;

const fuzzFolder = join(root, 'infra', 'fuzz');
const tools = { name: 'schemathesis', title: 'Schemathesis', lock: join(fuzzFolder, 'requirements.txt') };
const callsMin = 2_000;
const examples = { full: 100, short: 5 };

interface Plan {
  readonly apiUrl: string;
  readonly folder: string;
  readonly short: boolean;
  readonly seed: number;
  readonly context: string | undefined;
}

function argumentsOf({ apiUrl, short, seed, context }: Plan): string[] {
  return [
    ...['-m', 'schemathesis.cli', '--config-file', join(fuzzFolder, 'schemathesis.toml')],
    ...['run', join(root, 'layers', 'contract', 'openapi.json'), '--url', apiUrl],
    ...['--baseline', join(fuzzFolder, 'emulator-answers.json')],
    ...[
      '--phases',
      'examples,coverage,fuzzing',
      '--max-examples',
      String(short ? examples.short : examples.full),
    ],
    ...['--seed', String(seed)],
    ...['--request-timeout', '30', '--continue-on-failure', '--warnings', 'off', '--no-color'],
    // An operator's orders change who answers: whatever is called beside them would be met by that.
    ...['--exclude-path-regex', '^/redundancy/[^/]+/(failover|failback|repair|redrive)'],
    ...(context === undefined ? [] : ['--include-tag', context]),
  ];
}

/** Shows what Schemathesis says as it comes. @returns its exit code and how many calls it made. */
async function fuzz(python: string, plan: Plan): Promise<{ code: number; calls: number }> {
  const env = { ...pythonEnvironment(process.env), PYTHONUNBUFFERED: '1' };
  const child = spawn(python, argumentsOf(plan), {
    cwd: plan.folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-20_000);
    process.stdout.write(text);
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve(exitCode ?? 1));
  });
  return { code, calls: Number(/([\d,]+) generated/.exec(said)?.[1]?.replaceAll(',', '') ?? 0) };
}

function seedOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new CommandFailure({
    what: `--seed ${text} is not a whole number.`,
    next: 'npm run fuzz -- --seed 1',
  });
}

await runCommand(usage, options, async ({ values }) => {
  const run = readState(stateFolderFrom(process.env));
  if (run === undefined)
    throw new CommandFailure({
      what: 'No tandem is running to send calls to.',
      next: 'npm start -- --detach',
    });
  const progress = (text: string) => console.log(text);
  const python = await installPythonTools(tools, { progress, signal: new AbortController().signal });
  const folder = join(stateFolderFrom(process.env), 'fuzz');
  mkdirSync(folder, { recursive: true });
  const { short, context } = values;
  const plan = { apiUrl: run.apiUrl, folder, short, seed: seedOf(values.seed), context };
  const { code, calls } = await fuzz(python, plan);
  if (!short && context === undefined && calls < callsMin)
    throw new CommandFailure({
      what: `Only ${calls} calls were made, not ${callsMin}.`,
      next: 'npm run fuzz',
    });
  return code;
});
