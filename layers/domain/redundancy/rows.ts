import type { KeyedWrite, RecordVersion } from './record.ts';

/** A record in a row store. Pending means `mver < ver`: the synchronous follower is not known to hold `ver`. */
export interface RecordRow extends RecordVersion {
  readonly kind: 'record';
  /** Highest version known to be in the follower; equal to `ver` in a follower and in a group without one. */
  readonly mver: number;
}

/** Stages of one epoch, in the only order a fence passes them. */
export const fenceStages = ['loading', 'mirrored', 'alone'] as const;

/** `loading`: a rebuild fills the store; `mirrored`: NORMAL and CATCHUP; `alone`: A_ONLY. */
export type FenceStage = (typeof fenceStages)[number];

/** What every read and write of a group checks in the store itself; `id` is its number, 0 to `fencesCount` - 1. */
export interface FenceRow {
  readonly kind: 'fence';
  readonly id: string;
  readonly epoch: number;
  readonly stage: FenceStage;
}

/** One transaction: the list for helpers and the outbox for replicas. `id` is its op. */
export interface TransactionRow {
  readonly kind: 'transaction';
  readonly id: string;
  readonly epoch: number;
  /** Ids of the records it wrote, in the order of its changes. */
  readonly keys: readonly string[];
  readonly committedAtMs: number;
  /** All its versions are in the follower, or were overtaken by versions that have a transaction of their own. */
  readonly mirrored: boolean;
  /** Its message was sent to the queue. */
  readonly sent: boolean;
  /** Set once both are true: the store may drop the row after it. */
  readonly expiresAtMs: number | undefined;
}

/** `id` is the hash of scope and key. After `expiresAtMs` it counts as absent, whether the store dropped it or not. */
export interface IdempotencyRow extends KeyedWrite {
  readonly kind: 'idempotency';
}

/** What a store held beyond its authority when they met again: kept whole, never applied, never dropped. */
export interface DivergenceRow {
  readonly kind: 'divergence';
  /** The op of the transaction that was left out, with the epoch that left it out: `<epoch>.<op>`. */
  readonly id: string;
  readonly store: string;
  readonly foundAtMs: number;
  readonly records: readonly RecordVersion[];
}

/** A random id that a store gets when it is made; another or none means that it was wiped. `id` is always `store`. */
export interface IncarnationRow {
  readonly kind: 'incarnation';
  readonly id: string;
  readonly incarnation: string;
}

export interface RowKinds {
  record: RecordRow;
  fence: FenceRow;
  transaction: TransactionRow;
  idempotency: IdempotencyRow;
  divergence: DivergenceRow;
  incarnation: IncarnationRow;
}
export type RowKind = keyof RowKinds;
export type Row = RowKinds[RowKind];

/** The row if it is of that kind. */
export function ofKind<Kind extends RowKind>(row: Row | undefined, kind: Kind): RowKinds[Kind] | undefined {
  return row?.kind === kind ? (row as RowKinds[Kind]) : undefined;
}

/** Names a row within a group. */
export interface RowId {
  readonly kind: RowKind;
  readonly id: string;
}

/** The one row of a store's incarnation. */
export const incarnationId: RowId = { kind: 'incarnation', id: 'store' };

/** What must hold of a row before the transaction: absence, or equality of each named attribute. */
export type Expectation = 'absent' | Readonly<Record<string, string | number | boolean>>;

/** One member of a write transaction; a row may be named once in it. */
export type Action =
  | { readonly type: 'put'; readonly row: Row; readonly expect: Expectation }
  | {
      readonly type: 'update';
      readonly target: RowId;
      /** Attributes replaced; the others stay. */
      readonly set: Readonly<Record<string, string | number | boolean>>;
      readonly expect: Exclude<Expectation, 'absent'>;
    }
  | { readonly type: 'check'; readonly target: RowId; readonly expect: Expectation };

/** `condition`: the expectation did not hold, `row` is what is there now. `conflict`: another transaction was under way. */
export interface Refusal {
  readonly index: number;
  readonly why: 'condition' | 'conflict';
  readonly row: Row | undefined;
}

export type WriteResult =
  | { readonly applied: true }
  | { readonly applied: false; readonly refusals: readonly Refusal[] };
