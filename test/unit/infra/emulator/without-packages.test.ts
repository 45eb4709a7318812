import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { identityOf, isAlive } from '../../../../infra/emulator/before-install/process-identity.mjs';
import { answerWithoutPackages } from '../../../../infra/emulator/before-install/without-packages.mjs';

describe('where the packages changed under a run', () => {
  const problem = 'zod is missing';
  let runner: ChildProcess;
  let printed: string[] = [];
  beforeEach(async () => {
    printed = [];
    jest.spyOn(console, 'log').mockImplementation((text: unknown) => void printed.push(String(text)));
    runner = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(runner, 'spawn');
  });
  afterEach(() => {
    jest.restoreAllMocks();
    runner.kill('SIGKILL');
  });
  const answer = (command: string, ...args: string[]) =>
    answerWithoutPackages(command, args, { problem, run: identityOf(runner.pid ?? 0) });

  test('status names the process and what changed, also as JSON', async () => {
    expect(await answer('status')).toBe(1);
    expect(await answer('status', '--json')).toBe(1);
    expect(printed[0]).toContain(`process ${runner.pid} runs`);
    expect(printed[0]).toContain(problem);
    expect(JSON.parse(printed[1] ?? '')).toEqual({ state: 'broken', cause: `npm packages: ${problem}` });
  });

  test('stop ends the run all the same', async () => {
    const run = identityOf(runner.pid ?? 0);
    expect(isAlive(run)).toBe(true);
    expect(await answer('stop')).toBe(0);
    expect(isAlive(run)).toBe(false);
    expect(printed.join()).toContain('Stopped.');
  });

  test('logs tell to stop and to start', async () => {
    await expect(answer('logs', 'shop')).rejects.toMatchObject({ next: 'npm stop\nnpm start' });
  });
});
