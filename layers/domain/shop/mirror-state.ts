import type { MirrorState } from '../redundancy/transaction.ts';

const fromBest = ['synced', 'degraded', 'stale'] as const satisfies readonly MirrorState[];

/** An answer made of several reads is as safe as the least safe of them. */
export function worstOf(states: readonly MirrorState[]): MirrorState {
  return states.reduce<MirrorState>(
    (worst, state) => (fromBest.indexOf(state) > fromBest.indexOf(worst) ? state : worst),
    'synced',
  );
}
