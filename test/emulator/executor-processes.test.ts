import { readFileSync } from 'node:fs';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { functionsLogOf } from '../../infra/emulator/localstack/settings.ts';
import { createFunction, invoke } from './lambda-function.ts';
import { type OwnLocalstack, removeOwnLocalstack, startOwnLocalstack, until } from './own-localstack.ts';

// A thread that is blocked never looks at its socket, as one in a busy loop, and leaves the processor to the other suites.
const blocking = `export const handler = async ({ block }) => {
  if (block) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  return process.pid; };`;

const started: OwnLocalstack[] = [];
afterAll(async () => {
  await Promise.all(started.map(removeOwnLocalstack));
}, 60_000);

async function start(options?: Parameters<typeof startOwnLocalstack>[0]): Promise<OwnLocalstack> {
  const own = await startOwnLocalstack(options);
  started.push(own);
  return own;
}

const isAlive = (pid: unknown): boolean => {
  try {
    return process.kill(pid as number, 0);
  } catch {
    return false;
  }
};

/** A LocalStack with Java, idle and busy functions, and a function's own child process. */
async function busyLocalstack(): Promise<OwnLocalstack> {
  const own = await start();
  await new DynamoDBClient({ endpoint: own.endpoint }).send(new ListTablesCommand({}));
  const idle = await createFunction({ 'index.mjs': blocking }, {}, own.lambda);
  const busy = await createFunction({ 'index.mjs': blocking }, { Timeout: 60 }, own.lambda);
  await invoke(idle, {}, own.lambda);
  await invoke(busy, {}, own.lambda);
  const atFirst = own.children().length;
  // They never answer: their environments are ended with LocalStack.
  for (const _ of [1, 2]) invoke(busy, { block: true }, own.lambda).catch(() => undefined);
  await until(() => own.children().length > atFirst, 10_000);
  return own;
}

describe('no process is left', () => {
  test.each([
    ['is killed', (own: OwnLocalstack) => own.process.kill('SIGKILL')],
    ['is asked to end', (own: OwnLocalstack) => own.process.kill('SIGTERM')],
    ['gets Ctrl-C', (own: OwnLocalstack) => own.process.kill('SIGINT')],
    ['loses the program that started it', (own: OwnLocalstack) => own.process.stdin?.end()],
  ])(
    'when LocalStack %s',
    async (_how, end) => {
      const own = await busyLocalstack();
      // The guard, Java, an idle function and two busy ones.
      expect(own.children()).toHaveLength(5);
      end(own);
      await until(() => own.process.exitCode !== null || own.process.signalCode !== null, 10_000);
      await until(() => own.children().length === 0, 10_000);
      expect(own.children()).toEqual([]);
    },
    90_000,
  );
});

test('an invocation that is over leaves no thread behind, whose stack would never be given back', async () => {
  const own = await start();
  const name = await createFunction({ 'index.mjs': blocking }, {}, own.lambda);
  const invokeOften = async (times: number) => {
    for (let time = 0; time < times; time += 1) await invoke(name, {}, own.lambda);
    return readFileSync(`/proc/${own.process.pid}/maps`, 'utf8').split('\n').length;
  };
  const before = await invokeOften(20);
  expect((await invokeOften(100)) - before).toBeLessThan(100);
}, 60_000);

describe('an emulator with settings of its own', () => {
  const sleeping = `export const handler = async ({ ms }) => {
    await new Promise((resolve) => setTimeout(resolve, ms)); return process.pid; };`;
  const functionsLogBytesMax = 65_536;
  let own: OwnLocalstack;
  beforeAll(async () => {
    own = await start({
      environmentsMax: 2,
      queueTimeoutMs: 400,
      idleTimeoutMs: 1_000,
      functionsLogBytesMax,
      serviceEndpoints: { DYNAMODB: 'http://127.0.0.1:9' },
    });
  }, 90_000);
  const create = async (code: string): Promise<string> =>
    createFunction({ 'index.mjs': code }, {}, own.lambda);

  test('answers 429 to who waits longer than the queue’s time', async () => {
    const name = await create(sleeping);
    const calls = [1, 2, 3].map(async () => invoke(name, { ms: 4_000 }, own.lambda));
    const refused = (await Promise.allSettled(calls)).filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(1);
    expect(refused[0]?.reason).toMatchObject({
      name: 'TooManyRequestsException',
      $metadata: { httpStatusCode: 429 },
    });
  });

  test('ends environments that nobody needs any more, with what their functions started', async () => {
    const name = await create(`
      import { spawn } from 'node:child_process';
      export const handler = async () => [process.pid, spawn('sleep', ['600'], { stdio: 'ignore' }).pid];`);
    const [environment, child] = (await invoke(name, {}, own.lambda)).payload as [number, number];
    expect(isAlive(child)).toBe(true);
    await until(() => !isAlive(environment) && !isAlive(child), 10_000);
    expect((await invoke(name, {}, own.lambda)).payload).not.toContain(environment);
  });

  test('writes each line of every function to a file that stays bounded', async () => {
    const name = await create(`export const handler = async ({ word, times }) => {
      for (let i = 0; i < times; i += 1) console.log(word + ' ' + 'x'.repeat(1000)); };`);
    await invoke(name, { word: 'first', times: 100 }, own.lambda);
    await invoke(name, { word: 'last', times: 1 }, own.lambda);
    const file = functionsLogOf(own.stateFolder);
    const [now, before] = [readFileSync(file, 'utf8'), readFileSync(`${file}.1`, 'utf8')];
    expect(Math.max(now.length, before.length)).toBeLessThanOrEqual(functionsLogBytesMax);
    const lines = now
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual({
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      function: name,
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
      stream: 'stdout',
      line: expect.stringMatching(/\tINFO\tlast x/),
    });
  });

  test('gives functions the endpoints it was given for single services', async () => {
    const name = await create('export const handler = async () => process.env.AWS_ENDPOINT_URL_DYNAMODB;');
    expect((await invoke(name, {}, own.lambda)).payload).toBe('http://127.0.0.1:9');
  });
});
