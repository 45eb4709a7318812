import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../emulator/end-processes.ts';
import type { InstallSteps } from '../emulator/install-folder.ts';
import { installPythonTools } from '../emulator/locked-python.ts';
import { root } from '../emulator/paths.ts';
import { pythonEnvironment } from '../emulator/python-environment.ts';

const fuzzFolder = join(root, 'infra', 'fuzz');
const tools = { name: 'schemathesis', title: 'Schemathesis', lock: join(fuzzFolder, 'requirements.txt') };
/** Generated calls an operation, beside those that its schema's limits give. */
const examples = { full: 100, short: 5 };
const liveMaxMs = 30_000;
const requestMaxSeconds = 30;

export interface FuzzPlan {
  readonly apiUrl: string;
  /** Where Schemathesis may write. */
  readonly folder: string;
  readonly short: boolean;
  readonly seed: number;
  /** One context alone. */
  readonly context: string | undefined;
}

export interface FuzzResult {
  /** 0: clean. */
  readonly code: number;
  readonly calls: number;
}

function argumentsOf({ apiUrl, short, seed, context }: FuzzPlan): string[] {
  const settings = ['--config-file', join(fuzzFolder, 'schemathesis.toml')];
  const phases = ['--phases', 'examples,coverage,fuzzing'];
  const limits = ['--max-examples', String(short ? examples.short : examples.full), '--seed', String(seed)];
  const ways = ['--request-timeout', String(requestMaxSeconds), '--continue-on-failure'];
  return [
    ...['-m', 'schemathesis.cli', ...settings],
    ...['run', join(root, 'layers', 'contract', 'openapi.json'), '--url', apiUrl],
    ...['--baseline', join(fuzzFolder, 'emulator-answers.json')],
    ...[...phases, ...limits, ...ways, '--warnings', 'off', '--no-color'],
    // An operator's orders change who answers: whatever is called beside them would be met by that.
    ...['--exclude-path-regex', '^/redundancy/[^/]+/(failover|failback|repair|redrive)'],
    ...(context === undefined ? [] : ['--include-tag', context]),
  ];
}

/** Servers that were just deployed start at their first probe: until they have, 503 is the right answer. */
const serversLive = (apiUrl: string) =>
  waitUntil(
    () =>
      fetch(`${apiUrl}/getServer`, { signal: AbortSignal.timeout(liveMaxMs) }).then(
        ({ ok }) => ok,
        () => false,
      ),
    liveMaxMs,
  );

/** Sends generated calls to every route, right and wrong ones, and judges the answers by the document. */
export async function runSchemathesis(
  plan: FuzzPlan,
  steps: InstallSteps,
  write: (text: string) => void,
): Promise<FuzzResult> {
  const python = await installPythonTools(tools, steps);
  mkdirSync(plan.folder, { recursive: true });
  await serversLive(plan.apiUrl);
  const child = spawn(python, argumentsOf(plan), {
    cwd: plan.folder,
    env: {
      ...pythonEnvironment(process.env),
      PYTHONUNBUFFERED: '1',
      SCHEMATHESIS_HOOKS: join(fuzzFolder, 'hooks.py'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    signal: steps.signal,
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-20_000);
    write(text);
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve(exitCode ?? 1));
  });
  return { code, calls: Number(/([\d,]+) generated/.exec(said)?.[1]?.replaceAll(',', '') ?? 0) };
}
