/** What a group does now. See the table of changes in README.md. */
export type Mode = 'NORMAL' | 'A_ONLY' | 'CATCHUP' | 'READ_ONLY' | 'REBUILD' | 'PROMOTING';

/** `available`: with the follower lost, go on and say `degraded`. `strict`: refuse rather than acknowledge in one store. */
export type Policy = 'available' | 'strict';

/** The one row, in a third place, that says who decides in a group. Changed by compare-and-set on `revision` alone. */
export interface Control {
  readonly group: string;
  /** Rises by one with each change. */
  readonly revision: number;
  readonly mode: Mode;
  /** Rises with each change of who may write and how; every version of a record carries the epoch that decided it. */
  readonly epoch: number;
  /** Folder of documents in use; a rebuild opens the next one. */
  readonly era: number;
  /** The last complete era, while a rebuild from it has not led to NORMAL again: what is to be rebuilt from if it fails. */
  readonly sourceEra: number | undefined;
  /** Store names. */
  readonly authority: string;
  readonly follower: string | undefined;
  readonly policy: Policy;
  /** By store name: the incarnation that this control row speaks of. */
  readonly incarnations: Readonly<Record<string, string>>;
  /** The follower holds every acknowledged write: only then may it answer or decide in the authority's place. */
  readonly followerComplete: boolean;
  /** The last fail-over was forced: acknowledged writes may be lost, and nothing is read until old leases lapsed. */
  readonly forced: boolean;
  /** When the change was sent; it may have arrived later. */
  readonly changedAtMs: number;
  /** A time when it was surely there, stamped by whoever saw it: waits for leases count from it. `undefined`: nobody has yet. */
  readonly inForceAtMs: number | undefined;
}

export interface ControlStore {
  /** Strongly consistent. Throws `StoreFailure`. */
  readControl(group: string): Promise<Control | undefined>;
  /**
   * Writes `next` if the row's revision is `next.revision - 1` (0: if there is none). False: somebody else changed it.
   * Throws `StoreFailure`: with effect `unknown` read again before concluding anything.
   */
  compareAndSet(next: Control): Promise<boolean>;
}
