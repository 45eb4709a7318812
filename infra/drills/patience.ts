import { setTimeout as sleep } from 'node:timers/promises';
import { isStaleLease } from '@layers/domain/redundancy/lease';
import { isStoreFailure } from '@layers/domain/redundancy/store';

export const patienceMs = 60_000;
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

/** @throws Error when it has not become true within the patience. */
export async function until(what: string, isTrue: () => Promise<boolean> | boolean): Promise<void> {
  const giveUpAt = Date.now() + patienceMs;
  while (!(await isTrue())) {
    if (Date.now() > giveUpAt) throw new Error(`Waited ${patienceMs / 1000} s in vain until ${what}.`);
    await sleep(pollMs);
  }
}
