import type { Context } from './context.ts';
import { followerOf } from './copies.ts';
import { rowStore } from './fences.ts';
import type { Follower } from './follower.ts';
import { help, markMirrored } from './help.ts';
import { isStaleLease, type Lease, takeLease } from './lease.ts';
import { noteFailure } from './lost.ts';
import { markSent, notifyReplicas } from './outbox.ts';
import { isGated } from './policy.ts';
import type { TransactionRow } from './rows.ts';
import { isStoreFailure } from './store.ts';
import { isPending, readView } from './view.ts';

/**
 * Finishes what its writer left: helps transactions that are not mirrored, sends messages that were not sent. Run each
 * minute; may run in several places at once. Returns how many transactions it dealt with.
 */
export async function sweep(context: Context): Promise<number> {
  const { env, group } = context;
  let swept = 0;
  try {
    const lease = await takeLease(env, group.name);
    if (lease.control.mode !== 'NORMAL' && lease.control.mode !== 'CATCHUP') return 0;
    swept = await sweepTransactions(context, lease);
    await followerOf(group, lease.control)?.sweep(env, lease);
  } catch (error) {
    if (!isStoreFailure(error) && !isStaleLease(error)) throw error;
    if (isStoreFailure(error)) await noteFailure(context, error);
  }
  return swept;
}

async function sweepTransactions(context: Context, lease: Lease): Promise<number> {
  const { env, group } = context;
  const store = rowStore(env, lease.control.authority);
  const before = env.clock.now() - env.settings.sweepAfterMs;
  let swept = 0;
  let cursor: string | undefined;
  do {
    const request = { cursor, limit: env.settings.pageSizeMax };
    const page = await store.openTransactions(group.name, before, request);
    for (const row of page.items) await finish(context, lease, row);
    swept += page.items.length;
    cursor = page.next;
  } while (cursor !== undefined);
  return swept;
}

async function finish(context: Context, lease: Lease, row: TransactionRow): Promise<void> {
  const follower = followerOf(context.group, lease.control);
  let current = row;
  if (!row.mirrored && follower !== undefined && isGated(lease.control)) {
    await finishMirror(context, lease, follower, row);
    current = { ...row, mirrored: true };
  }
  // A message about what only the authority holds would only be refused by its consumer.
  if (!current.mirrored || current.sent) return;
  if (await notifyReplicas(context, current)) await markSent(context, lease.control, current);
}

async function finishMirror(
  context: Context,
  lease: Lease,
  follower: Follower,
  row: TransactionRow,
): Promise<void> {
  const { env } = context;
  const { records } = await readView(env, lease.control, { keys: row.keys });
  const pending = records.find((record) => isPending(record) && record.op === row.id);
  // Members that moved on have transactions of their own: then only the row itself is left to close.
  if (pending === undefined) await markMirrored(env, lease, row.id, [], { sent: row.sent });
  else await help(env, lease, follower, pending);
}
