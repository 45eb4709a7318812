import * as z from 'zod/mini';

const count = z.int().check(z.gte(0));
const milliseconds = z.number().check(z.gte(0));
const time = z.iso.datetime();
const storeName = z.string();
const structure = z.enum(['rows', 'documents']);
const mode = z.enum(['NORMAL', 'A_ONLY', 'CATCHUP', 'READ_ONLY', 'REBUILD', 'PROMOTING']);

// Of answers alone, and a function checks none of its own answers: they are built where they are documented.
const difference = z.lazy(() =>
  z
    .object({
      at: time,
      compared: count,
      differing: count,
      /** Decided by the authority and on their way: no difference yet. */
      behind: count,
      repaired: count,
      /** The first ids that differed. */
      ids: z.array(z.string()).check(z.maxLength(20)),
    })
    .check(z.meta({ id: 'CopyDifference' })),
);

const lagMinute = z.lazy(() =>
  z.object({
    at: time,
    applied: count,
    p50Ms: z.optional(milliseconds),
    p99Ms: z.optional(milliseconds),
  }),
);

const replicaState = z.lazy(() =>
  z
    .object({
      store: storeName,
      structure,
      prefixes: z.array(z.string()),
      replicate: z.enum(['on-change', 'periodic']),
      lag: z
        .object({
          applied: count,
          p50Ms: z.optional(milliseconds),
          p99Ms: z.optional(milliseconds),
          /** The last 15 minutes, oldest first; a minute without changes is left out. */
          minutes: z.array(lagMinute).check(z.maxLength(16)),
        })
        .check(
          z.meta({ description: 'From the commit in the authority to the replica, in the last 15 minutes.' }),
        ),
      unapplied: z
        .optional(
          z.object({
            count,
            /** Of the oldest: at least this, where its transaction is no longer known. */
            oldestMs: milliseconds,
          }),
        )
        .check(
          z.meta({
            description:
              'Changes that the authority decided and this replica does not hold: what its loss now would cost. Absent where it cannot be counted now.',
          }),
        ),
      lastDiff: z.optional(difference),
    })
    .check(z.meta({ id: 'ReplicaState' })),
);

const drillResult = z.lazy(() =>
  z
    .object({
      at: time,
      drill: z.string(),
      lostSyncedWrites: count,
      /** Acknowledged in the authority at its loss and absent in the replica. */
      rpoWrites: count,
      rpoMs: milliseconds,
      /** From the fault until writes were taken again. */
      rtoMs: z.optional(milliseconds),
      detectedMs: z.optional(milliseconds),
    })
    .check(z.meta({ id: 'DrillResult' })),
);

export const groupState = z.lazy(() =>
  z
    .object({
      name: z.string(),
      mode,
      /** What a write acknowledged now would say. */
      mirror: z.enum(['synced', 'degraded', 'stale']),
      epoch: count,
      era: count,
      revision: count,
      policy: z.enum(['available', 'strict']),
      authority: storeName,
      follower: z.optional(z.object({ store: storeName, structure, complete: z.boolean() })),
      forced: z.boolean(),
      changedAt: time,
      /** False: its authority does not answer, and what only it knows is absent. */
      reachable: z.boolean(),
      transactions: z.optional(
        z.object({
          /** Decided, and not yet known to be in the follower. */
          pending: count,
          /** Pending, or their message not yet sent. */
          open: count,
          /** There are more than were counted. */
          more: z.boolean(),
          oldestMs: z.optional(milliseconds),
        }),
      ),
      replicas: z.array(replicaState),
      lastDiff: z.optional(difference),
      lastDrill: z.optional(drillResult),
    })
    .check(z.meta({ id: 'GroupState' })),
);

export const queueState = z.lazy(() =>
  z
    .object({
      reachable: z.boolean(),
      waiting: z.optional(count),
      inFlight: z.optional(count),
      deadLetters: z.optional(count),
    })
    .check(z.meta({ id: 'QueueState' })),
);

export const event = z.lazy(() =>
  z
    .object({
      at: time,
      group: z.string(),
      /** `mode`, `repaired`, `diverged`, `older`, `downwards`, `operator`, `drill`, … */
      event: z.string(),
      detail: z.string(),
      mode: z.optional(mode),
      epoch: z.optional(count),
    })
    .check(z.meta({ id: 'RedundancyEvent' })),
);

const copy = z.lazy(() =>
  z
    .object({
      store: storeName,
      role: z.enum(['authority', 'follower', 'replica']),
      structure,
      reachable: z.boolean(),
      /** Absent: this store has no version of it. */
      version: z.optional(z.object({ epoch: count, ver: count, op: z.string(), deleted: z.boolean() })),
      /** Decided here and not known to be in the follower. */
      pending: z.boolean(),
      entity: z.optional(z.unknown()),
    })
    .check(z.meta({ id: 'Copy' })),
);

export const copies = z.lazy(() =>
  z
    .object({
      id: z.string(),
      group: z.string(),
      verdict: z.enum(['in-sync', 'behind', 'conflicting', 'unknown', 'absent']),
      copies: z.array(copy),
      differing: z.array(
        z.object({
          /** A JSON pointer (RFC 6901) into the copy: `/entity/priceMinor`, `/version/ver`. */
          pointer: z.string(),
          /** By store; a store without the field is left out. */
          values: z.record(z.string(), z.unknown()),
        }),
      ),
    })
    .check(z.meta({ id: 'Copies' })),
);

export const repair = z.lazy(() =>
  z
    .object({
      group: z.string(),
      mode,
      /** Absent where the group has no synchronous follower, or is not in NORMAL. */
      follower: z.optional(difference),
      replicas: z.array(z.object({ store: storeName, difference })),
      /** The copy that there was no time for: ask again with `from`. Absent: all were compared. */
      next: z.optional(z.string()),
    })
    .check(z.meta({ id: 'Repair' })),
);

export const failover = z
  .object({
    group: z.string(),
    mode,
    epoch: count,
    authority: storeName,
    follower: z.optional(storeName),
    /** Ids whose last acknowledged version may be lost. Absent: it cannot be told until the old authority answers. */
    lost: z.optional(z.array(z.string())),
  })
  .check(z.meta({ id: 'Failover' }));

export const moved = z.lazy(() =>
  z.object({ group: z.string(), moved: count, left: count }).check(z.meta({ id: 'Redriven' })),
);
