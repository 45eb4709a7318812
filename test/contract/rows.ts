import { canonicalJson } from '@layers/domain/canonical-json';
import type { KeyedWrite, RecordVersion } from '@layers/domain/redundancy/record';
import type {
  Action,
  RecordRow,
  Row,
  RowId,
  TransactionRow,
  WriteResult,
} from '@layers/domain/redundancy/rows';
import type { Page, RowStore } from '@layers/domain/redundancy/store';

/** The one group of the suites' tables. */
export const group = 'shop';

export function record(id: string, ver: number, image: unknown = { units: ver }): RecordRow {
  const text = typeof image === 'string' ? image : canonicalJson(image);
  return {
    kind: 'record',
    id,
    epoch: 1,
    ver,
    op: `op-${id}-${ver}`,
    prevOp: ver === 1 ? undefined : `op-${id}-${ver - 1}`,
    deleted: false,
    hash: `hash of ${text.length}`,
    image: text,
    keyedWrites: [],
    mver: ver,
  };
}

export function tombstone(id: string, ver: number): RecordRow {
  return { ...record(id, ver, ''), deleted: true };
}

/** Every line says which version it is of, so that a torn order shows. */
export function order(id: string, linesCount: number, ver = 1): RecordRow {
  const lines = Array.from({ length: linesCount }, (_, index) => ({ productId: `p${index}`, quantity: ver }));
  return record(`orders/${id}`, ver, { lines, status: `at ${ver}` });
}

export function openTransaction(id: string, committedAtMs: number): TransactionRow {
  const state = { mirrored: false, sent: false, expiresAtMs: undefined };
  return { kind: 'transaction', id, epoch: 1, keys: ['products/p1', 'stock/p1'], committedAtMs, ...state };
}

export function keyedWrite(id: string, answer: string): KeyedWrite {
  return { id, payloadHash: 'h', op: 'op-k', answer, expiresAtMs: 1_700_000_000_001 };
}

export function versionOf(row: RecordRow): RecordVersion {
  const { id, epoch, ver, op, prevOp, deleted, hash, image, keyedWrites } = row;
  return { id, epoch, ver, op, prevOp, deleted, hash, image, keyedWrites };
}

export const target = ({ kind, id }: RowId): RowId => ({ kind, id });
export const create = (row: Row): Action => ({ type: 'put', row, expect: 'absent' });
export const replace = (row: RecordRow): Action => ({
  type: 'put',
  row,
  expect: { epoch: row.epoch, ver: row.ver - 1 },
});

/** Every page of a list, by its cursors. */
export async function pages<Item>(
  read: (cursor: string | undefined) => Promise<Page<Item>>,
): Promise<(readonly Item[])[]> {
  const all: (readonly Item[])[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    all.push(page.items);
    cursor = page.next;
  } while (cursor !== undefined && all.length < 500);
  return all;
}

export const first = (limit: number) => ({ cursor: undefined, limit });

export async function writeAll(store: RowStore, ...actions: Action[]): Promise<WriteResult> {
  return store.writeRows(group, actions);
}

export async function readAll(store: RowStore, ...rows: RowId[]): Promise<readonly (Row | undefined)[]> {
  return store.readRows(group, rows.map(target));
}
