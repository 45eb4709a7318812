import { backoffMs } from './backoff.ts';
import type { Environment } from './environment.ts';
import { rowStore } from './fences.ts';
import type { Action, WriteResult } from './rows.ts';
import { StoreFailure } from './store.ts';

/**
 * A transaction whose refusal has to mean something: that another one was under way says nothing about the rows, so
 * then it is tried again. Throws `StoreFailure` `conflict` if that goes on.
 */
export async function writeSettled(
  env: Environment,
  storeName: string,
  group: string,
  actions: readonly Action[],
): Promise<WriteResult> {
  const store = rowStore(env, storeName);
  for (let race = 0; race < env.settings.racesMax; race += 1) {
    const result = await store.writeRows(group, actions);
    if (result.applied || result.refusals.every(({ why }) => why === 'condition')) return result;
    await env.clock.sleep(backoffMs(env, race));
  }
  throw new StoreFailure(storeName, 'conflict', 'none');
}
