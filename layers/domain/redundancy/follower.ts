import type { Environment } from './environment.ts';
import type { Lease } from './lease.ts';
import type { RecordVersion } from './record.ts';

/** A whole transaction on its way to the follower. */
export interface Batch {
  readonly op: string;
  readonly committedAtMs: number;
  readonly records: readonly RecordVersion[];
  /** What the follower holds of each record, where the sender can tell; `undefined`: it has to be read. */
  readonly previous: readonly (RecordVersion | undefined)[] | undefined;
}

/** What a copy holds of one key. */
export interface Held {
  readonly id: string;
  readonly record: RecordVersion | undefined;
  /** Of the document, where the copy is one. */
  readonly tag: string | undefined;
  /** When this copy was the authority, it did not know this version to be in another store. */
  readonly pending: boolean;
}

/** Ids, each with a token that changes with every change of its version; page by page. */
export type Pairs = AsyncGenerator<readonly (readonly [id: string, token: string])[]>;

/**
 * A second copy of a group's records, of whatever structure: the synchronous follower, or a replica. Every change of
 * it is guarded by what is there. All methods throw `StoreFailure`; those that write also `StaleLease`.
 */
export interface Follower {
  readonly store: string;
  /** Late writers are kept out by fences in the store: an acknowledgement needs no lease then. */
  readonly fenced: boolean;
  /** All records are at or past these versions when it returns: forward only. */
  apply(env: Environment, lease: Lease, batch: Batch): Promise<void>;
  read(env: Environment, lease: Lease, id: string): Promise<Held>;
  /** Replaces exactly what was read. False: something else is there by now; read again, authority after follower. */
  overwrite(env: Environment, lease: Lease, held: Held, record: RecordVersion): Promise<boolean>;
  /** All ids, each with a token that equals `token(record)` only if the copy holds that very version. */
  list(env: Environment, lease: Lease): Pairs;
  token(env: Environment, lease: Lease, record: RecordVersion): string;
  /** The transaction that wrote a version, whole as far as this copy still has it. */
  transactionOf(env: Environment, lease: Lease, record: RecordVersion): Promise<readonly RecordVersion[]>;
  incarnation(env: Environment, group: string): Promise<string | undefined>;
  /** Gives a new or wiped store an incarnation unless it has one, and returns the one that it has. */
  incarnate(env: Environment, group: string): Promise<string>;
  /** Shuts out the writers of earlier epochs, where the structure can. */
  fence(env: Environment, lease: Lease): Promise<void>;
  /** Removes what late or crashed writers left and nobody needs, such as journals of finished transactions. */
  sweep(env: Environment, lease: Lease): Promise<void>;
}

/** The whole list of a copy at once. */
export async function summarise(
  copy: Follower,
  env: Environment,
  lease: Lease,
): Promise<Map<string, string>> {
  const summary = new Map<string, string>();
  for await (const pairs of copy.list(env, lease)) for (const [id, token] of pairs) summary.set(id, token);
  return summary;
}
