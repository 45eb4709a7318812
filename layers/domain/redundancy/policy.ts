import { Problem } from '../problem.ts';
import type { Control, Mode, Policy } from './control.ts';
import type { RecordVersion } from './record.ts';
import type { Entity, MirrorState } from './transaction.ts';

/** Modes in which a policy lets writes happen. */
const writableModes: Readonly<Record<Policy, readonly Mode[]>> = {
  available: ['NORMAL', 'CATCHUP', 'A_ONLY'],
  strict: ['NORMAL'],
};

/** Modes in which a record may be overwritten, or shown, only once the follower holds it. */
export function isGated(control: Control): boolean {
  return control.follower !== undefined && (control.mode === 'NORMAL' || control.mode === 'CATCHUP');
}

export function mirrorState(control: Control): MirrorState {
  if (control.mode === 'READ_ONLY' && !control.followerComplete) return 'stale';
  return control.mode === 'NORMAL' && control.follower !== undefined ? 'synced' : 'degraded';
}

export function requireWritable(control: Control): void {
  if (writableModes[control.policy].includes(control.mode)) return;
  const detail = `The group ${control.group} is in mode ${control.mode} with policy ${control.policy} and takes no writes now. Nothing was written; try again later.`;
  throw new Problem('read-only-mode', detail, { retryAfterSeconds: 5 });
}

/** What a caller may see of a version: a tombstone is nothing. */
export function entityOf(row: RecordVersion | undefined): Entity | undefined {
  if (row === undefined || row.deleted) return undefined;
  return { id: row.id, version: { epoch: row.epoch, ver: row.ver }, image: row.image };
}
