import type { Director, Setting } from './director.ts';
import { storeB } from './plan.ts';

/** A history by hand. What it proves is judged by the same invariants as all others. */
export interface Schedule extends Setting {
  readonly name: string;
  play(director: Director): Promise<void>;
}

export const setStore = (director: Director, store: string, state: 'up' | 'dead'): void => {
  const endpoint = director.world.endpoint(store);
  if (endpoint !== undefined) endpoint.state = state;
};

/** The follower is lost, the group goes on alone; leases of before have lapsed. */
export async function goAlone(director: Director): Promise<void> {
  setStore(director, storeB, 'dead');
  await director.suspect('B');
  await director.pass(120);
}
