import { changeMode } from './change-mode.ts';
import type { Context } from './context.ts';
import type { Control } from './control.ts';
import { followerOf } from './copies.ts';
import { advanceFences } from './fences.ts';
import { takeLease } from './lease.ts';
import { startPromotion } from './promotion.ts';
import type { StoreFailure } from './store.ts';

/** Counts a failure; whoever opens the circuit says that the store is lost. Throws nothing: the caller has its own. */
export async function noteFailure(context: Context, failure: StoreFailure): Promise<void> {
  if (failure.reason === 'conflict' || !context.circuit.failed(failure.store)) return;
  await declareLost(context, failure.store).catch(() => undefined);
}

/**
 * Takes a group out of the modes that need a store. False: nothing was changed, since somebody else did, or it is too
 * soon, or what is left could not be trusted (then the group stays as it is until the store is back or a person forces it).
 */
export async function declareLost(context: Context, store: string): Promise<boolean> {
  const { control } = await takeLease(context.env, context.group.name);
  if (store === control.follower) return loseFollower(context, control);
  if (store === control.authority) return loseAuthority(context, control);
  return false;
}

async function loseFollower(context: Context, control: Control): Promise<boolean> {
  if (control.mode !== 'NORMAL' && control.mode !== 'CATCHUP') return false;
  const next = await changeMode(context.env, control, { mode: 'A_ONLY', followerComplete: false });
  if (next === undefined) return false;
  // The authority itself must know before anything is acknowledged in it alone.
  await advanceFences(context.env, next, next.authority, 'alone', false);
  return true;
}

/** Only a follower that is complete, and still the one that the control row speaks of, may stand in. */
async function loseAuthority(context: Context, control: Control): Promise<boolean> {
  const { env, group } = context;
  const follower = followerOf(group, control);
  if (follower === undefined || control.mode !== 'NORMAL' || !control.followerComplete) return false;
  if ((await follower.incarnation(env, group.name)) !== control.incarnations[follower.store]) return false;
  if (follower.fenced) return (await startPromotion(context, control, false)) !== undefined;
  return (await changeMode(env, control, { mode: 'READ_ONLY', forced: false })) !== undefined;
}

/**
 * A person's decision to read from documents that may lack acknowledged writes (`stale`), the authority being lost from
 * a mode in which it was alone. If it comes back it is caught up again; a rebuild from here loses what it alone held.
 */
export async function forceReadOnly(context: Context): Promise<boolean> {
  const { env, group } = context;
  const { control } = await takeLease(env, group.name);
  const follower = followerOf(group, control);
  // During a rebuild the era before is complete and this one is not: rebuild again from that one instead.
  if (follower === undefined || follower.fenced || control.sourceEra !== undefined) return false;
  const incarnation = await follower.incarnation(env, group.name);
  if (incarnation === undefined) return false;
  const incarnations = { ...control.incarnations, [follower.store]: incarnation };
  const changed = { mode: 'READ_ONLY', incarnations, followerComplete: false, forced: true } as const;
  return (await changeMode(env, control, changed)) !== undefined;
}
