import type { Control } from './control.ts';
import type { Environment } from './environment.ts';
import { fenceOf, requireFence, rowStore } from './fences.ts';
import {
  type IdempotencyRow,
  ofKind,
  type RecordRow,
  type Row,
  type RowId,
  type RowKind,
  type RowKinds,
  type TransactionRow,
} from './rows.ts';

/** Several rows of the authority at one point in time, under a fence that was checked. */
export interface View {
  readonly fence: RowId;
  readonly records: readonly (RecordRow | undefined)[];
  readonly idempotency: IdempotencyRow | undefined;
  readonly transaction: TransactionRow | undefined;
}

export interface ViewRequest {
  readonly keys: readonly string[];
  readonly idempotencyId?: string | undefined;
  readonly op?: string | undefined;
}

/** Throws `StaleLease` if the store is in another epoch or stage, `StoreFailure` if it is wiped or silent. */
export async function readView(env: Environment, control: Control, request: ViewRequest): Promise<View> {
  const fence = fenceOf(env, request.keys[0] ?? request.op ?? '');
  const ids: RowId[] = [fence];
  for (const id of request.keys) ids.push({ kind: 'record', id });
  if (request.idempotencyId !== undefined) ids.push({ kind: 'idempotency', id: request.idempotencyId });
  if (request.op !== undefined) ids.push({ kind: 'transaction', id: request.op });
  const rows = await rowStore(env, control.authority).readRows(control.group, ids);
  requireFence(control, control.authority, rows[0]);
  const after = rows.slice(1 + request.keys.length);
  return {
    fence,
    records: rows.slice(1, 1 + request.keys.length).map((row) => ofKind(row, 'record')),
    idempotency: findKind(after, 'idempotency'),
    transaction: findKind(after, 'transaction'),
  };
}

function findKind<Kind extends RowKind>(
  rows: readonly (Row | undefined)[],
  kind: Kind,
): RowKinds[Kind] | undefined {
  for (const row of rows) if (row?.kind === kind) return ofKind(row, kind);
  return undefined;
}

/** A decided version that the follower is not known to hold. */
export function isPending(row: RecordRow | undefined): row is RecordRow {
  return row !== undefined && row.mver < row.ver;
}

/** One fence, to know that a scan or a query before it read a living store of this epoch. */
export async function requireLivingAuthority(env: Environment, control: Control): Promise<void> {
  await readView(env, control, { keys: [], op: 'none' });
}
