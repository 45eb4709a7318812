import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createFunction, deleteFunctions, type Invocation, invoke } from './lambda-function.ts';

// One function that fails in as many ways as there are, and otherwise answers which process it is.
const failing = `
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const ways = {
    hang: () => wait(60_000),
    loop: () => { for (;;); },
    exit: ({ code }) => process.exit(code),
    kill: () => process.kill(process.pid, 'SIGKILL'),
    heap: () => { const all = []; for (;;) all.push(new Array(100_000).fill({})); },
    buffers: async () => { const all = []; for (;;) { all.push(Buffer.alloc(8_388_608, 1)); await wait(5); } },
    throws: () => { throw new TypeError('not that'); },
    rejects: () => { void Promise.reject(new Error('lost')); return wait(5_000); },
    uncaught: () => { setTimeout(() => { throw new Error('later'); }, 1); return wait(5_000); },
    never: () => new Promise(() => {}),
    answers: ({ length }) => 'x'.repeat(length),
  };
  export const handler = async (event) => {
    console.log('way', event.way);
    const answer = await ways[event.way]?.(event);
    return answer ?? process.pid;
  };`;

let name: string;
let hasty: string;
beforeAll(async () => {
  name = await createFunction({ 'index.mjs': failing }, { Timeout: 30, MemorySize: 128 });
  hasty = await createFunction({ 'index.mjs': failing }, { Timeout: 1, MemorySize: 128 });
});
afterAll(deleteFunctions);

const report = ({ log }: Invocation): string => log.find((line) => line.startsWith('REPORT')) ?? '';

describe('a function beyond its limits', () => {
  test.each(['hang', 'loop'])('is killed at its timeout when it does %s', async (way) => {
    const answer = await invoke(hasty, { way });
    expect(answer.functionError).toBe('Unhandled');
    expect(answer.payload).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/),
    });
    expect(answer.log).toContainEqual(expect.stringContaining('Task timed out after 1.00 seconds'));
    expect(report(answer)).toContain('Status: timeout');
  });

  test('ends when its heap outgrows the memory size', async () => {
    const answer = await invoke(name, { way: 'heap' });
    expect(answer.payload).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(answer.log.join('\n')).toMatch(/heap out of memory|signal: killed/);
  });

  test('is killed when memory outside the heap outgrows the memory size', async () => {
    const answer = await invoke(name, { way: 'buffers' });
    expect(answer.payload).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/Runtime exited with error: signal: killed$/),
    });
  });

  test('is told when its answer is larger than 6 MB, and goes on', async () => {
    const largest = 6_291_556 - '""'.length;
    const tooLarge = await invoke(name, { way: 'answers', length: largest + 1 });
    expect(tooLarge.payload).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
    expect((await invoke(name, { way: 'answers', length: largest })).payload).toHaveLength(largest);
  });

  test('is not called with a request larger than 6 MB', async () => {
    const request = { padding: 'x'.repeat(6_291_456) };
    await expect(invoke(name, request)).rejects.toMatchObject({
      name: 'RequestTooLargeException',
      $metadata: { httpStatusCode: 413 },
    });
  });

  test('is called with a request of just under 6 MB', async () => {
    const answer = await invoke(name, { padding: 'x'.repeat(6_291_000) });
    expect(answer.functionError).toBeUndefined();
  });
});

describe('a function that fails', () => {
  test.each([
    ['exit', { code: 0 }, 'Runtime exited without providing a reason'],
    ['exit', { code: 3 }, 'Runtime exited with error: exit status 3'],
    ['kill', {}, 'Runtime exited with error: signal: killed'],
    ['never', {}, 'Runtime exited without providing a reason'],
  ])('answers Runtime.ExitError when it does %s %j', async (way, event, reason) => {
    const answer = await invoke(name, { way, ...event });
    expect(answer.functionError).toBe('Unhandled');
    expect(answer.payload).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(new RegExp(`^RequestId: \\S+ Error: ${reason}$`)),
    });
    expect(report(answer)).toContain('Status: error\tError Type: Runtime.ExitError');
  });

  test('answers what it threw, and its environment stays', async () => {
    const before = await invoke(name);
    const answer = await invoke(name, { way: 'throws' });
    expect(answer.functionError).toBe('Unhandled');
    expect(answer.payload).toMatchObject({
      errorType: 'TypeError',
      errorMessage: 'not that',
      trace: expect.arrayContaining(['TypeError: not that']),
    });
    expect((await invoke(name)).payload).toBe(before.payload);
  });

  test.each([
    ['rejects', 'Runtime.UnhandledPromiseRejection', 'Error: lost'],
    ['uncaught', 'Error', 'later'],
  ])('answers what nobody caught when it does %s', async (way, errorType, errorMessage) => {
    expect((await invoke(name, { way })).payload).toMatchObject({ errorType, errorMessage });
  });

  test.each(['hang', 'heap', 'kill', 'exit', 'rejects', 'uncaught'])(
    'gets a fresh environment after %s',
    async (way) => {
      const one = way === 'hang' ? hasty : name;
      const before = await invoke(one);
      expect((await invoke(one, { way })).functionError).toBe('Unhandled');
      const after = await invoke(one);
      expect(after.functionError).toBeUndefined();
      expect(after.payload).not.toBe(before.payload);
      expect(report(after)).toContain('Init Duration');
    },
  );
});

describe('a function whose init fails', () => {
  test.each([
    ['throws', 'throw new Error("no init")', 'Error', 'no init'],
    [
      'imports what is not there',
      'import "absent"',
      'Runtime.ImportModuleError',
      /Cannot find package 'absent'/,
    ],
    ['has a syntax error', 'export const = 1', 'Runtime.UserCodeSyntaxError', /SyntaxError/],
    [
      'exports no handler',
      'export const other = 1',
      'Runtime.HandlerNotFound',
      /index\.handler is undefined/,
    ],
    ['exits', 'process.exit(7)', 'Runtime.ExitError', /exit status 7/],
  ])('answers the error when it %s', async (_what, code, errorType, message) => {
    const broken = await createFunction({ 'index.mjs': code });
    const answer = await invoke(broken);
    expect(answer.functionError).toBe('Unhandled');
    expect(answer.payload).toMatchObject({ errorType, errorMessage: expect.stringMatching(message) });
    expect(answer.log).toContainEqual(expect.stringMatching(/^INIT_REPORT .*Phase: init\tStatus: error/));
    expect(answer.log).toContainEqual(expect.stringMatching(/^INIT_REPORT .*Phase: invoke\tStatus: error/));
  });

  test('is tried again within the invocation, and then answers', async () => {
    const flaky = await createFunction({
      'index.mjs': `
        import { existsSync, writeFileSync } from 'node:fs';
        import { tmpdir } from 'node:os';
        const mark = tmpdir() + '/tried';
        if (!existsSync(mark)) { writeFileSync(mark, ''); throw new Error('the first time'); }
        export const handler = async () => 'the second time';`,
    });
    expect((await invoke(flaky)).payload).toBe('the second time');
  });
});
