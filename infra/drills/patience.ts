import { setTimeout as sleep } from 'node:timers/promises';
import { isStaleLease } from '@layers/domain/redundancy/lease';
import { isStoreFailure } from '@layers/domain/redundancy/store';

export const patienceMs = 60_000;
/** For what takes as long as there are records (a catch-up, a rebuild), or as a busy machine takes. */
export const mendingMs = 300_000;
const pollMs = 100;

/** A verdict is not given up for a slow answer: whatever a busy machine fails is looked at again. */
export async function patiently<Result>(look: () => Promise<Result>): Promise<Result> {
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > giveUpAt || (!isStoreFailure(error) && !isStaleLease(error))) throw error;
      await sleep(pollMs);
    }
  }
}

/** @throws Error when it has not become true in time; a look that fails is looked again. */
export async function until(
  what: string,
  isTrue: () => Promise<boolean> | boolean,
  withinMs: number = patienceMs,
): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  while (!(await patiently(async () => isTrue()))) {
    if (Date.now() > giveUpAt) throw new Error(`Waited ${withinMs / 1000} s in vain until ${what}.`);
    await sleep(pollMs);
  }
}
