import { afterAll, describe, expect, test } from '@jest/globals';
import { environmentsMaxDefault as environmentsMax } from '../../infra/emulator/localstack/settings.ts';
import { createFunction, deleteFunctions, invoke } from './lambda-function.ts';

// Answers its process, how many of its invocations were at once, and how many came before.
const counting = `
  let running = 0;
  let most = 0;
  let before = 0;
  export const handler = async ({ ms }) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, ms));
    running -= 1;
    return { pid: process.pid, most, before: before++ };
  };`;
interface Count {
  readonly pid: number;
  readonly most: number;
  readonly before: number;
}

afterAll(deleteFunctions);

const call = async (name: string, ms: number): Promise<Count> =>
  (await invoke(name, { ms })).payload as Count;

describe('environments', () => {
  test('are used again while they are healthy', async () => {
    const name = await createFunction({ 'index.mjs': counting });
    const first = await call(name, 0);
    expect(await call(name, 0)).toEqual({ ...first, before: 1 });
  });

  test('run one invocation at a time each', async () => {
    const name = await createFunction({ 'index.mjs': counting });
    const counts = await Promise.all([1, 2, 3, 4].map(async () => call(name, 300)));
    expect(new Set(counts.map(({ pid }) => pid)).size).toBe(4);
    expect(counts.map(({ most }) => most)).toEqual([1, 1, 1, 1]);
  });

  test('are bounded, and invocations beyond the bound wait their turn', async () => {
    const name = await createFunction({ 'index.mjs': counting }, { Timeout: 30 });
    const calls = Array.from({ length: 2 * environmentsMax }, async () => call(name, 500));
    const pids = new Set((await Promise.all(calls)).map(({ pid }) => pid));
    expect(pids.size).toBeLessThanOrEqual(environmentsMax);
  });

  test('of an idle function make room for another function', async () => {
    const busy = await createFunction({ 'index.mjs': counting }, { Timeout: 30 });
    await Promise.all(Array.from({ length: environmentsMax }, async () => call(busy, 200)));
    const other = await createFunction({ 'index.mjs': counting });
    expect((await call(other, 0)).before).toBe(0);
  });
});
