import * as z from 'zod/mini';
import { Problem } from '../problem.ts';
import type { Context } from './context.ts';
import { followerOf, replicaOf } from './copies.ts';
import { knownAbsent } from './divergence.ts';
import { rowStore } from './fences.ts';
import { findSuspects, type Suspects } from './find-suspects.ts';
import type { Held } from './follower.ts';
import type { Replica } from './groups.ts';
import { help } from './help.ts';
import { type Lease, takeLease } from './lease.ts';
import { eachOf } from './parallel.ts';
import { isGated } from './policy.ts';
import { compareVersions, isSameRecord, type RecordVersion } from './record.ts';
import { SharedCopies } from './shared-copies.ts';
import { type ChangeMessage, StoreFailure } from './store.ts';
import { isPending, readView, requireLivingAuthority } from './view.ts';

/**
 * Applies one change message to all replicas that are fed by messages. Idempotent, order does not matter: what counts
 * is what the authority holds now. `copies` are shared with messages that are consumed at the same time. Throws
 * `StoreFailure` or `StaleLease`: the message has to come again.
 */
export async function consume(
  context: Context,
  message: ChangeMessage,
  copies = new SharedCopies(),
): Promise<void> {
  const { env, group } = context;
  const lease = await takeLease(env, group.name);
  for (const replica of group.replicas) {
    if (replica.replicate !== 'on-change') continue;
    for (const id of message.keys) {
      if (!takes(replica, id)) continue;
      await copies.run(`${group.name} ${replica.store} ${id}`, () => copyRecord(context, lease, replica, id));
    }
  }
}

function takes(replica: Replica, id: string): boolean {
  return replica.prefixes.some((prefix) => id.startsWith(prefix));
}

/** True if the replica was changed. The replica is read before the authority, then written if still as it was read. */
async function copyRecord(context: Context, lease: Lease, replica: Replica, id: string): Promise<boolean> {
  const { env } = context;
  const copy = replicaOf(replica);
  for (let race = 0; race < env.settings.racesMax; race += 1) {
    const held = await copy.read(env, lease, id);
    const record = (await readSettled(context, lease, id)) ?? absentIn(lease, held);
    if (record === undefined || isSameRecord(held.record, record)) return false;
    // Down only where an authority that lost writes by force took over: then its word stands.
    if (held.record !== undefined && compareVersions(held.record, record) > 0) {
      env.report({ group: context.group.name, event: 'downwards', detail: `${replica.store} ${id}` });
    }
    if (await copy.overwrite(env, lease, held, record)) return true;
  }
  throw new StoreFailure(replica.store, 'conflict', 'none');
}

/**
 * What the copy alone holds, a rebuild or a forced fail-over left out: it is overwritten with the knowledge of its
 * absence. Only in NORMAL does absence from the authority say that.
 */
function absentIn({ control }: Lease, { id, record }: Held): RecordVersion | undefined {
  return record === undefined || control.mode !== 'NORMAL' ? undefined : knownAbsent(control, id);
}

/** The authority's version, once the follower holds it too: else a replica could show what never was. */
async function readSettled(context: Context, lease: Lease, id: string): Promise<RecordVersion | undefined> {
  const { env, group } = context;
  // Rows of an authority that is being loaded are neither all there nor all settled.
  if (lease.control.mode === 'REBUILD')
    throw new StoreFailure(lease.control.authority, 'unavailable', 'none');
  const { records } = await readView(env, lease.control, { keys: [id] });
  const row = records[0];
  if (!isPending(row)) return row;
  const follower = followerOf(group, lease.control);
  if (follower === undefined) return row;
  if (!isGated(lease.control)) throw new StoreFailure(follower.store, 'unavailable', 'none');
  await help(env, lease, follower, row);
  return row;
}

/**
 * Where a backfill stands: of each segment the cursor to go on from, `null` before its first page, `true` after its last.
 */
const resumeToken = z.lazy(() =>
  z.array(z.union([z.string(), z.null(), z.literal(true)])).check(z.minLength(1), z.maxLength(1_000)),
);

function openToken(token: string | undefined, segmentsCount: number): z.output<typeof resumeToken> {
  if (token === undefined) return Array<null>(segmentsCount).fill(null);
  const parsed = resumeToken.safeParse(jsonOf(token));
  if (parsed.success) return parsed.data;
  throw new Problem('invalid-request', 'This is no token of a backfill. Begin again without one.');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface BackfillProgress {
  /** Give it back to go on; `undefined`: done. */
  readonly token: string | undefined;
  readonly copied: number;
}

/**
 * Copies one page of each segment of everything to a replica: for a new one, and on a schedule for one that is fed
 * periodically. Safe beside live traffic, and from any token again: each record is judged as it is then. Throws
 * `StoreFailure`, `StaleLease`: go on from the same token.
 */
export async function backfill(
  context: Context,
  replica: Replica,
  token: string | undefined,
): Promise<BackfillProgress> {
  const { env, group } = context;
  const segments = openToken(token, env.settings.scanSegmentsCount);
  const lease = await takeLease(env, group.name);
  const store = rowStore(env, lease.control.authority);
  let copied = 0;
  const next = await Promise.all(
    segments.map(async (at, segment) => {
      if (at === true) return true;
      const request = { cursor: at ?? undefined, limit: env.settings.pageSizeMax };
      const page = await store.scanRecords(group.name, segment, segments.length, request);
      await requireLivingAuthority(env, lease.control);
      const rows = page.items.filter((row) => takes(replica, row.id));
      await eachOf(rows, env.settings.parallelMax, async (row) => {
        if (await copyRecord(context, lease, replica, row.id)) copied += 1;
      });
      return page.next ?? true;
    }),
  );
  return { token: next.every((at) => at === true) ? undefined : JSON.stringify(next), copied };
}

export interface Differences {
  readonly compared: number;
  /** Ids that differ, before any repair. */
  readonly differing: readonly string[];
  readonly repaired: number;
  /** Of hash buckets, how many there were and how many did not add up to the same. */
  readonly buckets: Suspects['buckets'];
}

/** Anti-entropy: compares a whole replica with the authority (`findSuspects`), and repairs it from there if asked to. */
export async function compareReplica(
  context: Context,
  replica: Replica,
  repair: boolean,
): Promise<Differences> {
  const { env, group } = context;
  const lease = await takeLease(env, group.name);
  const { compared, ids, buckets } = await findDiffering(context, lease, replica);
  let repaired = 0;
  if (repair) {
    await eachOf(ids, env.settings.parallelMax, async (id) => {
      if (await copyRecord(context, lease, replica, id)) repaired += 1;
    });
  }
  return { compared, differing: ids, repaired, buckets };
}

/** What the replica alone holds and has been told to be absent (`copyRecord`) is as it should be. */
async function findDiffering(context: Context, lease: Lease, replica: Replica): Promise<Suspects> {
  const { env } = context;
  const copy = replicaOf(replica);
  const absent = (id: string) => copy.token(env, lease, knownAbsent(lease.control, id));
  return findSuspects(context, lease, copy, (id) => takes(replica, id), absent);
}

export interface Unapplied {
  /** Changes that the authority decided and the replica does not hold: what its loss now would cost (the RPO, as a count). */
  readonly count: number;
  /** Age of the oldest of them (the RPO, as a time); at least this, if its transaction row has expired. 0 without any. */
  readonly oldestMs: number;
}

/** How far a replica is behind at this moment. Throws `StoreFailure`, `StaleLease`. */
export async function findUnapplied(context: Context, replica: Replica): Promise<Unapplied> {
  const { env, group } = context;
  const lease = await takeLease(env, group.name);
  const { ids } = await findDiffering(context, lease, replica);
  let oldestMs = 0;
  await eachOf(ids, env.settings.parallelMax, async (id) => {
    const { records } = await readView(env, lease.control, { keys: [id] });
    const op = records[0]?.op;
    if (op === undefined) return;
    const { transaction } = await readView(env, lease.control, { keys: [id], op });
    const committedAtMs = transaction?.committedAtMs ?? env.clock.now() - env.settings.transactionKeptMs;
    oldestMs = Math.max(oldestMs, env.clock.now() - committedAtMs);
  });
  return { count: ids.length, oldestMs };
}
