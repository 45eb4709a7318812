import type { Intent } from './client.ts';
import type { Director, Setting } from './director.ts';
import type { Step } from './faults.ts';
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

/** The rows are lost while a second write of the kind is held at a step of the follower. */
export async function loseRowsAround(director: Director, kind: Intent['kind'], step: Step): Promise<void> {
  await director.finish('c1', kind);
  director.meet('c0', step, 'hold');
  director.start('c0', kind);
  await director.held();
  await director.loseRows();
}
