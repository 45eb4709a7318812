/** Every limit of the protocol, with its unit last in the name. */
export interface Settings {
  /** How long a control row may be believed, from before its read was sent. */
  readonly leaseMs: number;
  /** Added to each wait for leases to lapse; at least twice `clockSkewMs` and the scheduler's own delays. */
  readonly leaseMarginMs: number;
  /** Within this the clocks of all machines are assumed to agree (AWS: Time Sync, a millisecond). */
  readonly clockSkewMs: number;
  /** Fence rows a group: one is checked by each transaction, or every write would conflict on it. */
  readonly fencesCount: number;
  /** A write that loses its races is tried again within this. */
  readonly deadlineMs: number;
  /** Bound of the first wait after a lost race; each further one's is twice that, up to `retryBackoffMaxMs`. */
  readonly retryJitterMs: number;
  readonly retryBackoffMaxMs: number;
  readonly itemsMax: number;
  readonly imageBytesMax: number;
  readonly transactionBytesMax: number;
  readonly answerBytesMax: number;
  readonly keyedWritesMax: number;
  readonly idempotencyMs: number;
  /** A transaction row that is mirrored and sent is kept this long. */
  readonly transactionKeptMs: number;
  /** The sweeper sends and helps what has been open for this long. */
  readonly sweepAfterMs: number;
  readonly pageSizeMax: number;
  /** Of what a pass or a comparison goes through: rows looked at, or documents listed, by one request. */
  readonly scannedMax: number;
  /** Three failures within the window open the circuit. */
  readonly circuitFailuresMax: number;
  readonly circuitWindowMs: number;
  /** Records repaired, loaded or copied at the same time by one operator. */
  readonly parallelMax: number;
  /** How often a follower's row or document is read again after a lost race. */
  readonly racesMax: number;
  /** Parts of a backfill that are scanned side by side. */
  readonly scanSegmentsCount: number;
  /** Hash buckets of anti-entropy: 12 bytes each; more than the differences to be expected. */
  readonly bucketsCount: number;
  /** Records of a copy that anti-entropy remembers, some 200 bytes each; with more it lists both stores twice. */
  readonly rememberedMax: number;
}

export const defaultSettings: Settings = {
  leaseMs: 5_000,
  leaseMarginMs: 1_000,
  clockSkewMs: 250,
  fencesCount: 64,
  deadlineMs: 8_000,
  retryJitterMs: 25,
  retryBackoffMaxMs: 1_000,
  itemsMax: 100,
  imageBytesMax: 350_000,
  transactionBytesMax: 1_000_000,
  answerBytesMax: 4_096,
  keyedWritesMax: 50,
  idempotencyMs: 24 * 60 * 60 * 1_000,
  transactionKeptMs: 60 * 60 * 1_000,
  sweepAfterMs: 30_000,
  pageSizeMax: 100,
  scannedMax: 1_000,
  circuitFailuresMax: 3,
  circuitWindowMs: 5_000,
  parallelMax: 8,
  racesMax: 8,
  scanSegmentsCount: 4,
  bucketsCount: 4_096,
  rememberedMax: 50_000,
};
