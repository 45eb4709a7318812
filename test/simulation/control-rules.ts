import type { Control } from '@layers/domain/redundancy/control';
import type { MirrorState } from '@layers/domain/redundancy/transaction';

/** What README.md lets a caller be told in a mode. Written anew here: the protocol's own table is what is judged. */
export function mirrorPromised({ mode, follower, followerComplete }: Control): MirrorState {
  if (mode === 'NORMAL') return follower === undefined ? 'degraded' : 'synced';
  return mode === 'READ_ONLY' && !followerComplete ? 'stale' : 'degraded';
}

/** What a change of the control row must never say. */
export function breachesOfControl(before: Control | undefined, next: Control): readonly string[] {
  const breaches: string[] = [];
  const mayBeComplete =
    next.mode === 'NORMAL' || (next.mode === 'READ_ONLY' && before?.followerComplete === true);
  if (next.followerComplete && !mayBeComplete) breaches.push(`${next.mode} with a complete follower`);
  if (next.mode === 'NORMAL' && next.sourceEra !== undefined)
    breaches.push('NORMAL with an era to go back to');
  if (before !== undefined && next.epoch < before.epoch)
    breaches.push(`epoch ${next.epoch} after ${before.epoch}`);
  if (before !== undefined && next.era < before.era) breaches.push(`era ${next.era} after ${before.era}`);
  return breaches;
}
