import type { Gaps } from './replica-gap.ts';
import type { Attempt } from './store-clients/workload.ts';

/** How a store fails, as a fault of the lab. `slow` is beyond every timeout: its effects land late. */
export const failures = {
  kill: { kind: 'down' },
  hang: { kind: 'hang' },
  slow: { kind: 'delay', delayMs: 3_000 },
  'drop-after-effect': { kind: 'drop-reply' },
} as const;
export type Failure = keyof typeof failures;

export interface Drill {
  readonly group: string;
  /** The store that fails: by the role that it has when the drill begins, or a replica by its name. */
  readonly role: 'authority' | 'follower' | 'replica';
  readonly replica?: string;
  readonly failure: Failure;
  /** The authority is wiped while it is down, and rebuilt from the documents. */
  readonly wiped?: boolean;
}

export interface DrillSetting {
  readonly endpoint: string;
  readonly apiUrl: string;
  readonly labUrl: string;
  readonly say: (text: string) => void;
}

export interface DrillReport {
  readonly drill: string;
  readonly group: string;
  readonly failure: Failure;
  readonly store: string;
  /** Kinds of requests that the policy lets go on without the store. */
  readonly goesOn: readonly Attempt['kind'][];
  readonly acknowledged: number;
  /** Of those, in both stores as they were acknowledged. */
  readonly synced: number;
  readonly requestsPerSecond: number;
  /** Acknowledged, and absent from the authority or its follower or otherwise there at the end. */
  readonly lost: readonly string[];
  /** Without an answer at the end, though each was repeated with its key. */
  readonly unresolved: number;
  /**
   * What does not add up: orders nobody was told of, units that are missing, a repeated order that was bought twice; and
   * what was answered against the group's policy.
   */
  readonly wrong: readonly string[];
  /** Records that differ between the stores at the end; of a drilled replica, or where there are no others, from the authority. */
  readonly differing: number;
  /** All from the fault on, milliseconds; absent: it did not come about. */
  readonly noticedMs: number | undefined;
  readonly mode: string | undefined;
  readonly modeMs: number | undefined;
  /** The longest time without an answered read, until the group was NORMAL again; absent: clients do not meet the loss. */
  readonly readsAwayMs: number | undefined;
  /** The RTO: the longest time without an answered write. */
  readonly writesAwayMs: number | undefined;
  /** From the repair on, until the group is NORMAL, or, if it never left that, its clients write again. */
  readonly normalMs: number;
  /** Of the replicas, at the moment of the fault, by how they are fed. */
  readonly rpo: Gaps;
  readonly startedAtMs: number;
  readonly faultAtMs: number;
  readonly mendedAtMs: number;
  readonly endedAtMs: number;
  readonly modes: readonly { readonly atMs: number; readonly mode: string }[];
  readonly attempts: readonly Attempt[];
}

export const nameOf = ({ group, role, replica, failure, wiped }: Drill) =>
  [
    group,
    role,
    ...(replica === undefined ? [] : [replica]),
    failure,
    ...(wiped === true ? ['wiped'] : []),
  ].join(' ');

/** Whether a drill kept what is promised: nothing lost, nothing open, nothing that does not add up, no difference. */
export function isKept({ lost, unresolved, wrong, differing }: DrillReport): boolean {
  return lost.length === 0 && unresolved === 0 && wrong.length === 0 && differing === 0;
}
