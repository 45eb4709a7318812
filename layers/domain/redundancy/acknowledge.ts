import type { Context } from './context.ts';
import type { Follower } from './follower.ts';
import { markMirrored } from './help.ts';
import { type Lease, requireLease, takeLease } from './lease.ts';
import { noteFailure } from './lost.ts';
import { markSent, notifyReplicas } from './outbox.ts';
import { outcomeUnknown } from './outcome.ts';
import { isGated, mirrorState } from './policy.ts';
import type { Prepared } from './prepare.ts';
import { isStoreFailure } from './store.ts';
import type { WriteOutcome } from './transaction.ts';
import { requireLivingAuthority } from './view.ts';

/**
 * From the commit in the authority to the answer. The write has happened: it ends in an acknowledgement or in
 * `outcome-unknown`, in nothing else.
 */
export async function acknowledge(
  context: Context,
  lease: Lease,
  follower: Follower | undefined,
  prepared: Prepared,
): Promise<WriteOutcome> {
  const { answer, row } = prepared;
  const { control } = lease;
  try {
    if (follower !== undefined && isGated(control)) await mirror(context, lease, follower, prepared);
    // Alone, the authority's fence has decided; without a follower there is nothing else to wait for.
    else if (follower === undefined && (await notifyReplicas(context, row)) && !row.sent) {
      await markSent(context, control, row).catch(() => undefined);
    }
  } catch (error) {
    return await acknowledgeDegraded(context, prepared, error);
  }
  return { answer, replayed: false, mirror: mirrorState(control) };
}

async function mirror(context: Context, lease: Lease, follower: Follower, prepared: Prepared): Promise<void> {
  const { env } = context;
  const { changed, previous, row } = prepared;
  const batch = { op: row.id, committedAtMs: row.committedAtMs, records: changed, previous };
  const notifying = notifyReplicas(context, row);
  await follower.apply(env, lease, batch);
  const sent = await notifying;
  await markMirrored(env, lease, row.id, changed, { sent }).catch(() => false);
  if (!follower.fenced) await requireLease(env, lease);
}

/** The follower did not answer. If the group has gone on alone meanwhile, the commit in the authority is enough. */
async function acknowledgeDegraded(
  context: Context,
  { answer, row }: Prepared,
  error: unknown,
): Promise<WriteOutcome> {
  const { env, group } = context;
  try {
    if (isStoreFailure(error)) await noteFailure(context, error);
    const lease = await takeLease(env, group.name);
    const { control } = lease;
    if (control.mode === 'A_ONLY' && control.policy === 'available' && control.epoch === row.epoch) {
      // Whoever still has the fence of this epoch still has what was committed in it.
      await requireLivingAuthority(env, control);
      return { answer, replayed: false, mirror: 'degraded' };
    }
  } catch (cause) {
    throw outcomeUnknown(error, cause);
  }
  throw outcomeUnknown(error, undefined);
}
