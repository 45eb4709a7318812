import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { interruption } from '../../interruption.ts';
import { runCommand } from '../command-line.ts';
import { root } from '../paths.ts';
import { freePort } from '../port-owner.ts';
import { runTool } from '../run-tool.ts';

const usage = `
npm run bench:start [-- --warm-only] [--json]
  Seconds and bytes of a start: cold, from a fresh clone of the last commit with empty npm, pip and uv caches, and warm,
  the same clone again. --warm-only measures a warm start of this clone's last commit with the usual caches.
`;

const startMaxMs = 900_000;
const goals = { cold: { goal: 60, most: 120 }, warm: { goal: 10, most: 30 } } as const;
const startReport = z.object({
  seconds: z.number(),
  phases: z.array(z.object({ name: z.string(), seconds: z.number(), detail: z.string() })),
});

interface Measured {
  readonly kind: keyof typeof goals;
  /** From typing the command to its answer, the installer's own start included. */
  readonly seconds: number;
  readonly phases: readonly { name: string; seconds: number; detail: string }[];
  readonly bytes: Readonly<Record<string, number>>;
}

async function bytesIn(folder: string): Promise<number> {
  const text = await runTool('du', ['-sk', folder], {
    failing: `${folder} could not be measured.`,
    timeoutMs: 120_000,
  });
  return Number.parseInt(text, 10) * 1024;
}

async function measure(
  kind: Measured['kind'],
  clone: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Measured> {
  const port = await freePort();
  const started = performance.now();
  const args = ['start', '--silent', '--', '--detach', '--json', '--port', String(port)];
  const stdout = await runTool('npm', args, {
    cwd: clone,
    env,
    signal,
    timeoutMs: startMaxMs,
    failing: `The ${kind} start failed.`,
    onLine: (line) => process.stderr.write(`  ${kind}  ${line}\n`),
  });
  const seconds = (performance.now() - started) / 1000;
  const { phases } = startReport.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  await stop(clone, env);
  const bytes = {
    'npm packages': await bytesIn(join(clone, 'node_modules')),
    emulator: await bytesIn(join(clone, '.tandem')),
  };
  return { kind, seconds, phases, bytes };
}

async function stop(clone: string, env: NodeJS.ProcessEnv): Promise<void> {
  await runTool('npm', ['stop', '--silent'], {
    cwd: clone,
    env,
    timeoutMs: 60_000,
    failing: 'It could not be stopped.',
  });
}

function table({ kind, seconds, phases, bytes }: Measured): string {
  const { goal, most } = goals[kind];
  const rows = phases.map(
    (phase) => `  ${phase.name.padEnd(12)} ${phase.seconds.toFixed(1).padStart(7)} s  ${phase.detail}`,
  );
  const sizes = Object.entries(bytes).map(
    ([name, size]) => `  ${name.padEnd(12)} ${(size / 1e6).toFixed(0).padStart(7)} MB`,
  );
  const total = `  ${'in all'.padEnd(12)} ${seconds.toFixed(1).padStart(7)} s  goal ${goal} s, at most ${most} s (phases overlap)`;
  return [`${kind} start`, ...rows, total, ...sizes, ''].join('\n');
}

/** The environment of somebody who comes to the clone anew: nothing of this run, and in the cold case empty caches. */
function environmentFor(folder: string, empty: boolean): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(TANDEM_|npm_)/.test(name));
  const cache = (name: string): string => join(folder, 'caches', name);
  const caches = { npm_config_cache: cache('npm'), UV_CACHE_DIR: cache('uv'), PIP_CACHE_DIR: cache('pip') };
  return { ...Object.fromEntries(own), ...(empty && caches) };
}

await runCommand(
  usage,
  { 'warm-only': { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
  async ({ values }) => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-'));
    const clone = join(folder, 'clone');
    const warmOnly = values['warm-only'];
    const env = environmentFor(folder, !warmOnly);
    const signal = interruption();
    try {
      const options = { env, signal, timeoutMs: 60_000, failing: 'The clone could not be made.' };
      await runTool('git', ['clone', '--quiet', '--no-hardlinks', root, clone], options);
      const first = await measure('cold', clone, env, signal);
      const measured = [...(warmOnly ? [] : [first]), await measure('warm', clone, env, signal)];
      console.log(values.json ? JSON.stringify(measured) : measured.map(table).join('\n'));
      return measured.every(({ kind, seconds }) => seconds <= goals[kind].most) ? 0 : 1;
    } finally {
      await stop(clone, env).catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
