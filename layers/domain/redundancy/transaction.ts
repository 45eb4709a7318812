import type { PageRequest } from './store.ts';

/** `synced`: in both stores. `degraded`: in one store alone. `stale`: acknowledged writes may be missing. */
export type MirrorState = 'synced' | 'degraded' | 'stale';

/** Compared for equality only; as an ETag `"<epoch>.<ver>"`. */
export interface Version {
  readonly epoch: number;
  readonly ver: number;
}

/** A record that is there. An absent or deleted one is `undefined`. */
export interface Entity {
  readonly id: string;
  readonly version: Version;
  /** Canonical JSON. */
  readonly image: string;
}

export type Entities = ReadonlyMap<string, Entity | undefined>;

export interface Change {
  readonly id: string;
  /** `undefined` deletes: a tombstone. */
  readonly image: string | undefined;
}

export interface Decision {
  /** Each id is one of the transaction's `keys`, at most once. None: nothing is written, nothing is remembered. */
  readonly changes: readonly Change[];
  /** Given back now and to every replay of the same idempotency key. */
  readonly answer: string;
}

export interface Idempotency {
  /** Hash of scope (method, route, path parameters, principal) and key. */
  readonly id: string;
  readonly payloadHash: string;
}

export interface Transaction {
  /** All records it reads or writes, without duplicates. What it only reads is checked to be unchanged when it commits. */
  readonly keys: readonly string[];
  readonly idempotency: Idempotency | undefined;
  /**
   * Pure: decides from one consistent view, and is asked again after a lost race. `next` tells the version that a
   * changed record will have. Refuses by throwing a `Problem`: nothing is written then.
   */
  decide(current: Entities, next: (id: string) => Version): Decision;
}

export interface WriteOutcome {
  readonly answer: string;
  /** The answer of an earlier write with the same idempotency key. */
  readonly replayed: boolean;
  readonly mirror: MirrorState;
}

export interface ReadOutcome {
  readonly entities: Entities;
  readonly mirror: MirrorState;
}

export interface ListOutcome {
  /** By id, without tombstones: a page may hold fewer than `limit` and still have a next one. */
  readonly items: readonly Entity[];
  readonly next: string | undefined;
  readonly mirror: MirrorState;
}

/** One group, as its callers see it. See README.md for the problems each method raises. */
export interface MirroredGroup {
  write(transaction: Transaction): Promise<WriteOutcome>;
  /** All at one point in time; linearizable, except where `mirror` is `stale`. */
  read(ids: readonly string[]): Promise<ReadOutcome>;
  /** Not one point in time: a page shows each record as it was at some moment of the call. */
  list(prefix: string, page: PageRequest): Promise<ListOutcome>;
}
