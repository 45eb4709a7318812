import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { isAlive, type ProcessIdentity } from '../../infra/emulator/before-install/process-identity.mjs';
import { processesOf, signalProcess, waitUntil } from '../../infra/emulator/end-processes.ts';
import { root } from '../../infra/emulator/paths.ts';
import { freePort, tryPort } from '../../infra/emulator/port-owner.ts';
import { readState } from '../../infra/emulator/state-file.ts';

// The commands as typed, against processes of their own: one more LocalStack at a time, in a state folder of its own.
const startMaxMs = 170_000;
const scratch = mkdtempSync(join(tmpdir(), 'tandem-commands-'));
const stateFolder = join(scratch, 'run');
let port = 0;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Types a command in a folder that is not the clone. */
async function type(args: readonly string[], folder = stateFolder, more = {}): Promise<Ended> {
  const given = Object.entries(process.env).filter(([name]) => !/^(TANDEM_|NODE_OPTIONS)/.test(name));
  const child = spawn(process.execPath, [join(root, 'infra', 'emulator', 'run.mjs'), ...args], {
    cwd: scratch,
    env: { ...Object.fromEntries(given), TANDEM_STATE_FOLDER: folder, ...more },
    timeout: startMaxMs,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}

const statusShape = z.object({
  state: z.string(),
  apiUrl: z.optional(z.string()),
  port: z.optional(z.int()),
  pid: z.optional(z.int()),
});

async function status(folder = stateFolder): Promise<z.infer<typeof statusShape>> {
  const { code, stdout } = await type(['status', '--json'], folder);
  expect(code).toBe(0);
  return statusShape.parse(JSON.parse(stdout));
}

/** The run's supervisor and everything its LocalStack started. */
async function processes(): Promise<ProcessIdentity[]> {
  const run = readState(stateFolder);
  if (!run?.emulator) throw new Error('nothing runs');
  return [run.supervisor, ...(await processesOf(run.emulator, run.runId))];
}

beforeAll(async () => {
  port = await freePort();
});
afterAll(async () => {
  await type(['stop']);
  rmSync(scratch, { recursive: true, force: true });
}, startMaxMs);

describe('before anything is started', () => {
  test('status says stopped and stop has nothing to do, both with exit code 0', async () => {
    expect(await status()).toEqual({ state: 'stopped' });
    expect(await type(['stop'])).toMatchObject({ code: 0, stdout: 'Nothing is running.\n' });
  });

  test('logs say that there are none and what to do', async () => {
    expect(await type(['logs', 'shop'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('next  npm start') as unknown,
    });
  });

  test('an unknown command and an unknown argument are refused without a stack trace', async () => {
    for (const args of [['begin'], ['start', '--prot', '1'], ['start', '--port', 'x']]) {
      const { code, stderr } = await type(args);
      expect(code).toBe(1);
      expect(stderr).toContain('Error: ');
      expect(stderr).not.toMatch(/^\s+at /m);
    }
  });
});

test('flags that npm took for itself, for want of two hyphens, are not passed over', async () => {
  const { code, stderr } = await type(['start', '4779'], stateFolder, {
    npm_config_port: '4779',
    npm_config_detach: 'true',
  });
  expect(code).toBe(1);
  expect(stderr).toContain('npm took --port and --detach for itself.');
  expect(stderr).toContain('npm start -- --port');
});

describe('a used port', () => {
  let server: Server;
  beforeAll(async () => {
    server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  });
  afterAll(() => void server.close());

  test('names the process that holds it, and a free one', async () => {
    const { code, stderr } = await type(['start', '--port', String(port)]);
    expect(code).toBe(1);
    expect(stderr).toContain(`Process ${process.pid} listens there`);
    expect(stderr).toMatch(/npm start -- --port \d+/);
  });
});

describe('a run in the background', () => {
  test(
    'answers, refuses a second one, survives a kill -9, and leaves no process when stopped',
    async () => {
      const first = await type(['start', '--detach', '--json', '--port', String(port)]);
      expect(first.code === 0 ? 'started' : first.stderr).toBe('started');
      expect(JSON.parse(first.stdout)).toMatchObject({ state: { port, ready: true } });
      const running = await status();
      expect(running).toMatchObject({ state: 'running', port });
      expect(await (await fetch(`${running.apiUrl}/health`)).json()).toMatchObject({
        status: expect.any(String) as unknown,
      });

      const second = await type(['start', '--port', '1']);
      expect(second).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(running.apiUrl ?? '?') as unknown,
      });

      const killed = await processes();
      expect(killed.length).toBeGreaterThan(2);
      signalProcess(running.pid ?? 0, 'SIGKILL');
      expect(await type(['start', '--detach', '--port', String(port)])).toMatchObject({ code: 0 });
      expect(killed.filter(isAlive)).toEqual([]);
      expect(await status()).toMatchObject({ state: 'running', port });

      const stopped = await processes();
      expect(await type(['stop'])).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('no process of it is left') as unknown,
      });
      expect(await waitUntil(() => !stopped.some(isAlive), 5000)).toBe(true);
      expect(await status()).toEqual({ state: 'stopped' });
      expect(await tryPort(port, '127.0.0.1')).toBe(port);
    },
    2 * startMaxMs,
  );
});
