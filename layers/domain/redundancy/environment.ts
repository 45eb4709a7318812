import type { ControlStore } from './control.ts';
import type { Settings } from './settings.ts';
import type { ChangeQueue, DocumentStore, RowStore } from './store.ts';

export interface Clock {
  /** Milliseconds since 1970 UTC. Machines may disagree by at most `clockSkewMs`. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

export interface Randomness {
  /** 128 random bits as text safe in a path: an op, an incarnation. */
  id(): string;
  /** Uniform in [0, max). */
  below(max: number): number;
}

/** What happened, for the log, `GET /redundancy/events` and the simulator's timeline. Never awaited. */
export interface RedundancyEvent {
  readonly group: string;
  /** A short name in the field's terms: `mode`, `helped`, `repaired`, `diverged`, `lost`, … */
  readonly event: string;
  readonly detail: string;
}

/** Everything the protocol touches. No other clock, randomness or store is used. */
export interface Environment {
  readonly clock: Clock;
  readonly random: Randomness;
  /** Of an image; collision-resistant. */
  hash(text: string): string;
  /** By store name. A name that a group uses and that is missing here is refused when the group is opened. */
  readonly rows: Readonly<Record<string, RowStore>>;
  readonly documents: Readonly<Record<string, DocumentStore>>;
  readonly control: ControlStore;
  readonly queue: ChangeQueue;
  readonly settings: Settings;
  report(event: RedundancyEvent): void;
}
