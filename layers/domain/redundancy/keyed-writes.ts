import type { Environment } from './environment.ts';
import { rowStore } from './fences.ts';
import type { KeyedWrite, RecordVersion } from './record.ts';
import type { Action, IdempotencyRow } from './rows.ts';
import { writeSettled } from './settle.ts';
import type { RowStore } from './store.ts';

/** The keyed writes that a new version of a record carries on: unexpired, the latest `max`. */
export function carryKeyedWrites(
  carried: readonly KeyedWrite[],
  added: KeyedWrite | undefined,
  nowMs: number,
  max: number,
): readonly KeyedWrite[] {
  if (added === undefined && carried.length === 0) return carried;
  const kept = carried.filter((write) => write.expiresAtMs > nowMs && write.id !== added?.id);
  if (added !== undefined) kept.push(added);
  return kept.slice(-max);
}

export function idempotencyRow(write: KeyedWrite): IdempotencyRow {
  return { kind: 'idempotency', ...write };
}

/** Puts a keyed write over what was known to be under its id; `undefined` if it is there already. */
export function keepKeyedWrite(write: KeyedWrite, known: IdempotencyRow | undefined): Action | undefined {
  if (known === undefined) return { type: 'put', row: idempotencyRow(write), expect: 'absent' };
  if (known.op === write.op) return undefined;
  return { type: 'put', row: idempotencyRow(write), expect: { op: known.op } };
}

/**
 * Makes a row store's idempotency rows those of `next`, which replaces `held`: a write that is left out must not be
 * replayed from its key, and one that counts must be. Rows are expired rather than deleted: absence proves nothing.
 */
export async function reconcileKeyedWrites(
  env: Environment,
  storeName: string,
  group: string,
  held: RecordVersion | undefined,
  next: RecordVersion,
  fence: readonly Action[],
): Promise<void> {
  const leftOut = (held?.keyedWrites ?? []).filter(
    (write) => !next.keyedWrites.some((kept) => kept.id === write.id && kept.op === write.op),
  );
  const known = await readKnown(rowStore(env, storeName), group, [...leftOut, ...next.keyedWrites]);
  const actions = [
    ...next.keyedWrites.map((write) => keepKeyedWrite(write, known.get(write.id))),
    ...leftOut.map((write) => expireKeyedWrite(write, known.get(write.id))),
  ];
  // One by one: a lost race means that somebody knows better, about this key alone.
  for (const action of actions) {
    if (action !== undefined) await writeSettled(env, storeName, group, [...fence, action]);
  }
}

function expireKeyedWrite({ id, op }: KeyedWrite, known: IdempotencyRow | undefined): Action | undefined {
  if (known?.op !== op) return undefined;
  return { type: 'update', target: { kind: 'idempotency', id }, set: { expiresAtMs: 0 }, expect: { op } };
}

async function readKnown(
  store: RowStore,
  group: string,
  writes: readonly KeyedWrite[],
): Promise<ReadonlyMap<string, IdempotencyRow>> {
  const known = new Map<string, IdempotencyRow>();
  if (writes.length === 0) return known;
  const ids = [...new Set(writes.map(({ id }) => id))].map((id) => ({ kind: 'idempotency', id }) as const);
  for (const row of await store.readRows(group, ids)) {
    if (row?.kind === 'idempotency') known.set(row.id, row);
  }
  return known;
}
