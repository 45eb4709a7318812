import type { Context } from './context.ts';
import { followerOf, replicaOf } from './copies.ts';
import { rowStore } from './fences.ts';
import type { Follower } from './follower.ts';
import type { Replica } from './groups.ts';
import { help } from './help.ts';
import { type Lease, takeLease } from './lease.ts';
import { eachOf } from './parallel.ts';
import { isGated } from './policy.ts';
import { compareVersions, isSameRecord, type RecordVersion } from './record.ts';
import { scanAll } from './row-follower.ts';
import { type ChangeMessage, StoreFailure } from './store.ts';
import { isPending, readView, requireLivingAuthority } from './view.ts';

/**
 * Applies one change message to all replicas that are fed by messages. Idempotent, order does not matter: what counts
 * is what the authority holds now. Throws `StoreFailure` or `StaleLease`: the message has to come again.
 */
export async function consume(context: Context, message: ChangeMessage): Promise<void> {
  const lease = await takeLease(context.env, context.group.name);
  for (const replica of context.group.replicas) {
    if (replica.replicate !== 'on-change') continue;
    for (const id of message.keys) if (takes(replica, id)) await copyRecord(context, lease, replica, id);
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
    const record = await readSettled(context, lease, id);
    if (record === undefined || isSameRecord(held.record, record)) return false;
    // Down only where an authority that lost writes by force took over: then its word stands.
    if (held.record !== undefined && compareVersions(held.record, record) > 0) {
      env.report({ group: context.group.name, event: 'downwards', detail: `${replica.store} ${id}` });
    }
    if (await copy.overwrite(env, lease, held, record)) return true;
  }
  throw new StoreFailure(replica.store, 'conflict', 'none');
}

/** The authority's version, once the follower holds it too: else a replica could show what never was. */
async function readSettled(context: Context, lease: Lease, id: string): Promise<RecordVersion | undefined> {
  const { env, group } = context;
  const { records } = await readView(env, lease.control, { keys: [id] });
  const row = records[0];
  if (!isPending(row)) return row;
  const follower = followerOf(group, lease.control);
  if (follower === undefined) return row;
  if (!isGated(lease.control)) throw new StoreFailure(follower.store, 'unavailable', 'none');
  await help(env, lease, follower, row);
  return row;
}

export interface BackfillProgress {
  /** Give it back to go on; `undefined`: done. */
  readonly token: string | undefined;
  readonly copied: number;
}

/**
 * Copies one page of everything to a replica: for a new one, and on a schedule for one that is fed periodically. Safe
 * beside live traffic, and from any token again: each record is judged as it is then.
 */
export async function backfill(
  context: Context,
  replica: Replica,
  token: string | undefined,
): Promise<BackfillProgress> {
  const { env, group } = context;
  const lease = await takeLease(env, group.name);
  const store = rowStore(env, lease.control.authority);
  const request = { cursor: token, limit: env.settings.pageSizeMax };
  const page = await store.scanRecords(group.name, 0, 1, request);
  await requireLivingAuthority(env, lease.control);
  const rows = page.items.filter((row) => takes(replica, row.id));
  let copied = 0;
  await eachOf(rows, env.settings.parallelMax, async (row) => {
    if (await copyRecord(context, lease, replica, row.id)) copied += 1;
  });
  return { token: page.next, copied };
}

export interface Differences {
  readonly compared: number;
  /** Ids that differ, before any repair. */
  readonly differing: readonly string[];
  readonly repaired: number;
}

/** Anti-entropy: compares a whole replica with the authority, by tokens (on S3 by listed tags, without reading). */
export async function compareReplica(
  context: Context,
  replica: Replica,
  repair: boolean,
): Promise<Differences> {
  const { env, group } = context;
  const lease = await takeLease(env, group.name);
  const copy: Follower = replicaOf(replica);
  const summary = await copy.summarise(env, lease);
  const differing: string[] = [];
  let compared = 0;
  for await (const rows of scanAll(env, rowStore(env, lease.control.authority), group.name)) {
    await requireLivingAuthority(env, lease.control);
    for (const row of rows) {
      if (!takes(replica, row.id)) continue;
      compared += 1;
      if (summary.get(row.id) !== copy.token(env, lease, row)) differing.push(row.id);
    }
  }
  let repaired = 0;
  if (repair) {
    await eachOf(differing, env.settings.parallelMax, async (id) => {
      if (await copyRecord(context, lease, replica, id)) repaired += 1;
    });
  }
  return { compared, differing, repaired };
}
