import type { DocumentBody } from './documents.ts';
import type { Action, RecordRow, Row, RowId, TransactionRow, WriteResult } from './rows.ts';

/**
 * Why a call to a store brought no answer. One attempt a call, with timeouts that throw: a retry inside an adapter
 * would hide a dropped reply. `conflict` is a read or a single request that met a running transaction and did nothing.
 */
export type FailureReason = 'timeout' | 'unavailable' | 'conflict';

/**
 * A call without an answer. `effect: 'none'` only where the store surely did nothing and never will (connection
 * refused, throttled); a timeout, a reset or a 5xx is `'unknown'`: the effect may be there or still land later.
 */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
  readonly store: string;
  readonly reason: FailureReason;
  readonly effect: 'none' | 'unknown';

  constructor(store: string, reason: FailureReason, effect: 'none' | 'unknown', options: ErrorOptions = {}) {
    super(`${store}: ${reason}, effect ${effect}`, options);
    this.store = store;
    this.reason = reason;
    this.effect = effect;
  }
}

/** By name, not by class: a layer and a function may each hold a copy of the class. */
export function isStoreFailure(error: unknown): error is StoreFailure {
  return error instanceof Error && error.name === 'StoreFailure';
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Opaque; `undefined` on the last page. A page may be empty and still have a next one. */
  readonly next: string | undefined;
}

export interface PageRequest {
  readonly cursor: string | undefined;
  /** At most this many items. */
  readonly limit: number;
}

/**
 * A store of rows with transactions: DynamoDB. It can be an authority, or a follower of the same structure.
 * All methods throw `StoreFailure`, and `Problem` `payload-too-large` for what exceeds the store's limits, before
 * any effect. Rows of different groups never meet: (group, kind, id) is the whole key.
 */
export interface RowStore {
  /**
   * All rows at one point in time, strongly consistent (TransactGetItems), in the order asked; absence is `undefined`.
   * A record is whole, never torn, however many items it is stored as. At most 100 items.
   */
  readRows(group: string, ids: readonly RowId[]): Promise<readonly (Row | undefined)[]>;
  /**
   * All actions or none (TransactWriteItems), if every expectation holds. Refused: nothing was written and never will
   * be, with one refusal for each action that failed, and the row that is there. At most 100 items, 4 MB.
   * `StoreFailure` with effect `unknown`: it may have been applied, or may be applied later, at most once.
   */
  writeRows(group: string, actions: readonly Action[]): Promise<WriteResult>;
  /**
   * Records whose id starts with `prefix`, by id; tombstones too. Each row strongly consistent, the page as a whole not.
   * The cursor is the id of the last record given, and may be made by the caller (ExclusiveStartKey): a list that began
   * on documents goes on here.
   */
  queryRecords(group: string, prefix: string, page: PageRequest): Promise<Page<RecordRow>>;
  /** All records of one of `segments` disjoint parts, in any order; tombstones too. Strong row by row. */
  scanRecords(group: string, segment: number, segments: number, page: PageRequest): Promise<Page<RecordRow>>;
  /**
   * Transactions with `mirrored` or `sent` still false and committed before the time given, oldest first.
   * May be behind (an index): what it leaves out comes in a later call.
   */
  openTransactions(
    group: string,
    committedBeforeMs: number,
    page: PageRequest,
  ): Promise<Page<TransactionRow>>;
}

export interface StoredDocument {
  readonly body: DocumentBody;
  /** Changes with every change of the bytes, and with nothing else: the ETag. */
  readonly tag: string;
}

export interface ListedDocument {
  readonly path: string;
  readonly tag: string;
}

/** The tag that must be there, or nothing must. */
export type DocumentExpectation = { readonly tag: string } | 'absent';

/**
 * `precondition-failed`: 412, another version is there (or, for `absent`, any). `not-found`: 404, a tag was expected
 * and nothing is there. `conflict`: 409, a concurrent request was under way, nothing was written: try again.
 */
export type PutResult =
  | { readonly stored: true; readonly tag: string }
  | { readonly stored: false; readonly why: 'precondition-failed' | 'not-found' | 'conflict' };

/**
 * A store of JSON documents with conditional puts: S3. It can be a follower of another structure; it never decides.
 * Every read is strongly consistent for one document. All methods throw `StoreFailure`; the effect of a put or a
 * delete that timed out is unknown and may land later. The adapter turns a record's image into its aggregate document.
 */
export interface DocumentStore {
  getDocument(path: string): Promise<StoredDocument | undefined>;
  putDocument(path: string, body: DocumentBody, expect: DocumentExpectation): Promise<PutResult>;
  /**
   * Paths that start with `prefix`, in their order, with their tags; strongly consistent when the request is served.
   * The cursor is the last path given, and may be made by the caller, also where there is no such path (StartAfter).
   */
  listDocuments(prefix: string, page: PageRequest): Promise<Page<ListedDocument>>;
  /** Unconditional (S3 offers no other): for journals alone, whose late return changes nothing. */
  deleteDocument(path: string): Promise<void>;
  /** The tag that a body would get: pure, no request. A guess may be wrong (SSE-KMS): a put is then refused. */
  expectedTag(body: DocumentBody): string;
}

/** `op`'s versions of `keys` were committed in the authority of `group`. */
export interface ChangeMessage {
  readonly group: string;
  readonly op: string;
  readonly keys: readonly string[];
  readonly committedAtMs: number;
}

/** At least once, in any order. Losing a message loses nothing: the transaction row is the outbox. */
export interface ChangeQueue {
  send(message: ChangeMessage): Promise<void>;
}
