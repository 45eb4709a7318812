import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { identityOf, isAlive } from '../../../../infra/emulator/before-install/process-identity.mjs';
import { tryLock, withLock } from '../../../../infra/emulator/before-install/process-lock.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a lock between processes', () => {
  test('is held by one, who is named to the other', () => {
    const first = tryLock(folder, 'it', 'npm start');
    expect(first.release).toBeDefined();
    expect(tryLock(folder, 'it', 'npm test').holder).toMatchObject({
      pid: process.pid,
      command: 'npm start',
    });
    first.release?.();
    expect(tryLock(folder, 'it', 'npm test').release).toBeDefined();
  });

  test('of a dead process, or of an earlier owner of the same pid, is taken over', () => {
    const dead = { pid: process.pid, startTime: 'before', command: 'npm start' };
    writeFileSync(join(folder, 'it.lock'), JSON.stringify(dead));
    expect(tryLock(folder, 'it', 'npm test').release).toBeDefined();
  });

  test('that is half-written is taken over', () => {
    writeFileSync(join(folder, 'it.lock'), '{"pid":');
    expect(tryLock(folder, 'it', 'npm test').release).toBeDefined();
  });

  test('lets work in one after the other', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    const options = { folder, name: 'it', command: 'a test' };
    await Promise.all(Array.from({ length: 4 }, async () => withLock(options, work)));
    expect(most).toBe(1);
  });

  test('is not waited for without end', async () => {
    tryLock(folder, 'it', 'npm start');
    const waiting = withLock({ folder, name: 'it', command: 'npm test', waitMaxMs: 0 }, async () =>
      Promise.resolve('never'),
    );
    await expect(waiting).rejects.toMatchObject({ why: expect.stringContaining('npm start') as unknown });
  });
});

test('a process is told from a later one with its number', () => {
  const own = identityOf(process.pid);
  expect(isAlive(own)).toBe(true);
  expect(isAlive({ pid: process.pid, startTime: 'another' })).toBe(false);
  expect(isAlive(undefined)).toBe(false);
});
