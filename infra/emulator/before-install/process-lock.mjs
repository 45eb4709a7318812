import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailure } from './command-failure.mjs';
import { identityOf, isAlive } from './process-identity.mjs';

const pollMs = 100;
const breakerAgeMaxMs = 10_000;

/** Who holds a lock, or undefined. @param {string} path */
function lockHolder(path) {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8'));
    return isAlive(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Takes a lock between processes, or answers who holds it. The file appears whole or not at all (link), and names its
 * holder by pid and start time, so that the lock of a dead process is taken over.
 * @param {string} folder
 * @param {string} name
 * @param {string} command what the holder is doing, for whoever has to wait
 */
export function tryLock(folder, name, command) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.lock`);
  const own = join(folder, `${name}.${process.pid}.${Math.random().toString(36).slice(2)}.tmp`);
  writeFileSync(own, JSON.stringify({ ...identityOf(process.pid), command }));
  try {
    for (let attempt = 0; attempt < 2; attempt += 1) {
      try {
        linkSync(own, path);
        return { release: () => rmSync(path, { force: true }) };
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const holder = lockHolder(path);
      if (holder) return { holder };
      breakDeadLock(path, own);
    }
    return { holder: lockHolder(path) };
  } finally {
    rmSync(own, { force: true });
  }
}

/** Only who holds the breaker may remove a dead lock: two that saw the same corpse must not remove a live successor. */
function breakDeadLock(path, own) {
  const breaker = `${path}.breaker`;
  try {
    if (Date.now() - statSync(breaker).mtimeMs > breakerAgeMaxMs) rmSync(breaker, { force: true });
  } catch {
    // No breaker: the usual case.
  }
  try {
    linkSync(own, breaker);
  } catch {
    return;
  }
  try {
    if (!lockHolder(path)) renameSync(path, `${own}.dead`);
  } catch {
    // Already gone.
  } finally {
    rmSync(`${own}.dead`, { force: true });
    rmSync(breaker, { force: true });
  }
}

/**
 * Runs `work` while no other process of this clone holds the lock.
 * @throws CommandFailure when the holder takes longer than `waitMaxMs`
 */
export async function withLock({ folder, name, command, waitMaxMs = 900_000, onWait = () => {} }, work) {
  const deadline = Date.now() + waitMaxMs;
  let told = false;
  for (;;) {
    const attempt = tryLock(folder, name, command);
    if (attempt.release) {
      try {
        return await work();
      } finally {
        attempt.release();
      }
    }
    if (attempt.holder && !told) {
      told = true;
      onWait(attempt.holder);
    }
    if (Date.now() > deadline) {
      throw new CommandFailure({
        what: `Waited ${Math.round(waitMaxMs / 1000)} s for another command of this clone.`,
        why: `Process ${attempt.holder?.pid} (${attempt.holder?.command}) holds ${join(folder, `${name}.lock`)}.`,
        next: 'Let it finish, or end it, and run the same command again.',
      });
    }
    await sleep(pollMs);
  }
}
