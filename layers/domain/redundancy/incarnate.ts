import type { Environment } from './environment.ts';
import { StoreFailure } from './store.ts';

/** What a store has before it has an incarnation. */
const unborn = 'unborn-';

/** How a store keeps its incarnation. */
export interface IncarnationSlot {
  readonly store: string;
  readonly read: () => Promise<string | undefined>;
  /** Puts another one in the place of exactly this; a refusal tells nothing. */
  readonly replace: (before: string | undefined, incarnation: string) => Promise<unknown>;
}

/**
 * Gives a new or wiped store an incarnation unless it has one, and returns the one that it has. In two steps, or a second
 * delivery of the request that made it would give a store that was wiped since the same one again: that says no more than
 * that it is unborn, and what follows is made anew. Throws `StoreFailure`.
 */
export async function incarnate(env: Environment, slot: IncarnationSlot): Promise<string> {
  for (let race = 0; race < env.settings.racesMax; race += 1) {
    const found = await slot.read();
    if (found?.startsWith(unborn) === false) return found;
    const next = env.random.id();
    await slot.replace(found, found === undefined ? `${unborn}${next}` : next);
  }
  throw new StoreFailure(slot.store, 'conflict', 'none');
}
