/** A write that carried an idempotency key, kept with the record it wrote so that a rebuild from documents keeps it. */
export interface KeyedWrite {
  /** Hash of scope and key: the id of the idempotency row. */
  readonly id: string;
  readonly payloadHash: string;
  readonly op: string;
  /** What the caller was answered, opaque to the protocol; at most `answerBytesMax`. */
  readonly answer: string;
  readonly expiresAtMs: number;
}

/**
 * One version of one record: what the authority decides and what a follower copies, field by field the same.
 * `ver` rises by one with each write and is never reset; `op` is 128 random bits of the transaction that wrote it,
 * `prevOp` those of the version before it. Version 0 is a tombstone that says "known to be absent".
 */
export interface RecordVersion {
  /** `<type>/<id>[/<id>…]`, for example `orders/u1/o7`: also the document's path within its era. */
  readonly id: string;
  readonly epoch: number;
  readonly ver: number;
  readonly op: string;
  readonly prevOp: string | undefined;
  /** A delete is a version too; its image is empty. */
  readonly deleted: boolean;
  /** Hash of the image. */
  readonly hash: string;
  /** The entity as canonical JSON: sorted keys, integers for money, ISO 8601 UTC, absent is not null. */
  readonly image: string;
  /** Last writes with an idempotency key whose first member this record was; unexpired, at most `keyedWritesMax`. */
  readonly keyedWrites: readonly KeyedWrite[];
}

/** Where two versions stand to each other, by (epoch, ver): a later epoch's decision wins over any earlier one. */
export function compareVersions(one: RecordVersion, other: RecordVersion): number {
  return one.epoch - other.epoch || one.ver - other.ver;
}

/** The same decision: never `ver` or `op` alone, since a version number comes again in another epoch. */
export function isSameVersion(one: RecordVersion | undefined, other: RecordVersion | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.epoch === other.epoch && one.ver === other.ver && one.op === other.op;
}

/** The same decision with the same content: a copy that was altered behind the protocol's back keeps its version. */
export function isSameRecord(one: RecordVersion | undefined, other: RecordVersion | undefined): boolean {
  return isSameVersion(one, other) && one?.image === other?.image && one?.deleted === other?.deleted;
}
