import type { Control } from './control.ts';
import type { Environment } from './environment.ts';
import type { RecordVersion } from './record.ts';
import type { DivergenceRow } from './rows.ts';
import { writeSettled } from './settle.ts';

/**
 * Keeps, in the authority, a transaction that a store held beyond it: whole, once, before anything of it is
 * overwritten. The authority wins for every key; nothing is dropped without a trace.
 */
export async function keepDivergence(
  env: Environment,
  control: Control,
  store: string,
  op: string,
  records: readonly RecordVersion[],
): Promise<void> {
  const row: DivergenceRow = {
    kind: 'divergence',
    id: `${control.epoch}.${op}`,
    store,
    foundAtMs: env.clock.now(),
    records,
  };
  const { group, authority } = control;
  const result = await writeSettled(env, authority, group, [{ type: 'put', row, expect: 'absent' }]);
  if (!result.applied) return;
  const ids = records.map(({ id, ver }) => `${id} ${ver}`).join(', ');
  env.report({ group, event: 'diverged', detail: `${store} held ${op} beyond its authority: ${ids}` });
}

/** "Known to be absent": a tombstone of version 0, which the first real version follows. */
export function knownAbsent(control: Control, id: string): RecordVersion {
  const op = `absent-${control.epoch}`;
  const { epoch } = control;
  return { id, epoch, ver: 0, op, prevOp: undefined, deleted: true, hash: '', image: '', keyedWrites: [] };
}
