import * as z from 'zod';

const count = z.int().min(0);
const milliseconds = z.number().min(0);
const time = z.iso.datetime();
const storeName = z.string();
const structure = z.enum(['rows', 'documents']);
const mode = z.enum(['NORMAL', 'A_ONLY', 'CATCHUP', 'READ_ONLY', 'REBUILD', 'PROMOTING']);

const difference = z
  .object({
    at: time,
    compared: count,
    differing: count,
    /** Decided by the authority and on their way: no difference yet. */
    behind: count,
    repaired: count,
    /** The first ids that differed. */
    ids: z.array(z.string()).max(20),
  })
  .meta({ id: 'CopyDifference' });

const lagMinute = z.object({
  at: time,
  applied: count,
  p50Ms: milliseconds.optional(),
  p99Ms: milliseconds.optional(),
});

const replicaState = z
  .object({
    store: storeName,
    structure,
    prefixes: z.array(z.string()),
    replicate: z.enum(['on-change', 'periodic']),
    lag: z
      .object({
        applied: count,
        p50Ms: milliseconds.optional(),
        p99Ms: milliseconds.optional(),
        /** The last 15 minutes, oldest first; a minute without changes is left out. */
        minutes: z.array(lagMinute).max(16),
      })
      .meta({ description: 'From the commit in the authority to the replica, in the last 15 minutes.' }),
    lastDiff: difference.optional(),
  })
  .meta({ id: 'ReplicaState' });

const drillResult = z
  .object({
    at: time,
    drill: z.string(),
    lostSyncedWrites: count,
    /** Acknowledged in the authority at its loss and absent in the replica. */
    rpoWrites: count,
    rpoMs: milliseconds,
    /** From the fault until writes were taken again. */
    rtoMs: milliseconds.optional(),
    detectedMs: milliseconds.optional(),
  })
  .meta({ id: 'DrillResult' });

export const groupState = z
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
    follower: z.object({ store: storeName, structure, complete: z.boolean() }).optional(),
    forced: z.boolean(),
    changedAt: time,
    /** False: its authority does not answer, and what only it knows is absent. */
    reachable: z.boolean(),
    transactions: z
      .object({
        /** Decided, and not yet known to be in the follower. */
        pending: count,
        /** Pending, or their message not yet sent. */
        open: count,
        /** There are more than were counted. */
        more: z.boolean(),
        oldestMs: milliseconds.optional(),
      })
      .optional(),
    replicas: z.array(replicaState),
    lastDiff: difference.optional(),
    lastDrill: drillResult.optional(),
  })
  .meta({ id: 'GroupState' });

export const queueState = z
  .object({
    reachable: z.boolean(),
    waiting: count.optional(),
    inFlight: count.optional(),
    deadLetters: count.optional(),
  })
  .meta({ id: 'QueueState' });

export const event = z
  .object({
    at: time,
    group: z.string(),
    /** `mode`, `repaired`, `diverged`, `older`, `downwards`, `operator`, `drill`, … */
    event: z.string(),
    detail: z.string(),
    mode: mode.optional(),
    epoch: count.optional(),
  })
  .meta({ id: 'RedundancyEvent' });

const copy = z
  .object({
    store: storeName,
    role: z.enum(['authority', 'follower', 'replica']),
    structure,
    reachable: z.boolean(),
    /** Absent: this store has no version of it. */
    version: z.object({ epoch: count, ver: count, op: z.string(), deleted: z.boolean() }).optional(),
    /** Decided here and not known to be in the follower. */
    pending: z.boolean(),
    entity: z.unknown().optional(),
  })
  .meta({ id: 'Copy' });

export const copies = z
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
  .meta({ id: 'Copies' });

export const repair = z
  .object({
    group: z.string(),
    mode,
    /** Absent where the group has no synchronous follower, or is not in NORMAL. */
    follower: difference.optional(),
    replicas: z.array(z.object({ store: storeName, difference })),
  })
  .meta({ id: 'Repair' });

export const failover = z
  .object({
    group: z.string(),
    mode,
    epoch: count,
    authority: storeName,
    follower: storeName.optional(),
    /** Ids whose last acknowledged version may be lost. Absent: it cannot be told until the old authority answers. */
    lost: z.array(z.string()).optional(),
  })
  .meta({ id: 'Failover' });

export const moved = z.object({ group: z.string(), moved: count, left: count }).meta({ id: 'Redriven' });
