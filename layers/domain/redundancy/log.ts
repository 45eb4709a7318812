import type { LagCounts } from './lag.ts';

/** Something that happened to a group, as it is kept. */
export interface LogEntry {
  readonly atMs: number;
  readonly group: string;
  /** As in `RedundancyEvent`. */
  readonly event: string;
  readonly detail: string;
  /** Of a change of mode: what it led to. */
  readonly mode: string | undefined;
  readonly epoch: number | undefined;
}

/** What the last comparison of a copy with its authority found. */
export interface DiffRecord {
  readonly atMs: number;
  readonly compared: number;
  readonly differing: number;
  /** Pending in the authority: on their way, and no difference yet. */
  readonly behind: number;
  readonly repaired: number;
  /** The first of those that differed. */
  readonly ids: readonly string[];
}

/** What the last drill of a group measured. */
export interface DrillRecord {
  readonly atMs: number;
  readonly drill: string;
  readonly lostSyncedWrites: number;
  readonly rpoWrites: number;
  readonly rpoMs: number;
  readonly rtoMs: number | undefined;
  readonly detectedMs: number | undefined;
}

export interface LastFindings {
  diff(group: string, copy: string): DiffRecord | undefined;
  drill(group: string): DrillRecord | undefined;
}

/**
 * What is told of the groups to people. The protocol itself never reads it; changes of mode get into it in the very
 * transaction that changes the control row. All methods throw `StoreFailure`.
 */
export interface RedundancyLog {
  /** @param unique tells two entries of one millisecond apart */
  addEntry(entry: LogEntry, unique: string): Promise<void>;
  /** Newest first. */
  listEntries(group: string | undefined, limit: number): Promise<readonly LogEntry[]>;
  /** Adds to the counters of the minute. */
  countLag(group: string, copy: string, atMs: number, counts: LagCounts): Promise<void>;
  /** By the minute's beginning. */
  readLag(group: string, copy: string, sinceMs: number): Promise<ReadonlyMap<number, LagCounts>>;
  keepDiff(group: string, copy: string, diff: DiffRecord): Promise<void>;
  keepDrill(group: string, drill: DrillRecord): Promise<void>;
  /** @param copiesOf stores with copies, by group */
  readLast(copiesOf: ReadonlyMap<string, readonly string[]>): Promise<LastFindings>;
}
