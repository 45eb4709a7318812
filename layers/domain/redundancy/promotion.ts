import { Problem } from '../problem.ts';
import { changeMode } from './change-mode.ts';
import type { Context } from './context.ts';
import type { Control } from './control.ts';
import { followerOf } from './copies.ts';
import { advanceFences, hasFences, rowStore } from './fences.ts';
import { takeLease, waitForLeases } from './lease.ts';
import { readIncarnation, scanAll } from './row-follower.ts';
import { isPending } from './view.ts';

export interface Promotion {
  readonly control: Control;
  /** Ids whose last acknowledged version may be lost; `undefined`: the old authority does not answer, they will be in the divergence table when it does. */
  readonly lost: readonly string[] | undefined;
}

/**
 * Makes the row follower the authority. Not forced, from NORMAL only: nothing is lost. Forced, from any mode in which
 * the follower may lack acknowledged writes; the answer names them. Throws `Problem` `unavailable` if it is refused.
 */
export async function promote(context: Context, forced: boolean): Promise<Promotion> {
  const { control } = await takeLease(context.env, context.group.name);
  if (followerOf(context.group, control)?.fenced !== true) {
    refuse(`The group ${control.group} has no follower that can decide.`);
  }
  if (!forced) await requireComplete(context, control);
  const lost = forced ? await pendingKeys(context, control).catch(() => undefined) : [];
  const next = await startPromotion(context, control, forced);
  if (next === undefined) refuse('The mode was changed a moment ago. Try again in some seconds.');
  return { control: await finishPromotion(context, next), lost };
}

/** The follower holds every acknowledged write, and is still the store that did. */
async function requireComplete(context: Context, control: Control): Promise<void> {
  const { mode, followerComplete, incarnations } = control;
  if (mode !== 'NORMAL' || !followerComplete) {
    refuse(`The follower may lack acknowledged writes in mode ${mode}. Wait for NORMAL, or force it.`);
  }
  const follower = followerOf(context.group, control);
  const found = await follower?.incarnation(context.env, control.group);
  if (found !== incarnations[control.follower ?? '']) {
    refuse(`${control.follower} was wiped: it cannot decide.`);
  }
}

function refuse(detail: string): never {
  throw new Problem('unavailable', detail, { retryAfterSeconds: 5 });
}

/** What the authority holds beyond its follower, as far as the authority still answers. */
async function pendingKeys(context: Context, control: Control): Promise<string[]> {
  const keys: string[] = [];
  const { env, group } = context;
  for await (const rows of scanAll(env, rowStore(env, control.authority), group.name)) {
    for (const row of rows) if (isPending(row)) keys.push(row.id);
  }
  return keys;
}

/** The control row first: whoever sees the new epoch in the fences must find it there. */
export async function startPromotion(
  context: Context,
  control: Control,
  forced: boolean,
): Promise<Control | undefined> {
  if (control.follower === undefined) return undefined;
  const incarnation = await readIncarnation(rowStore(context.env, control.follower), control.group);
  if (incarnation === undefined || !(await hasFences(context.env, control, control.follower)))
    return undefined;
  const next = await changeMode(context.env, control, {
    mode: 'PROMOTING',
    epoch: control.epoch + 1,
    authority: control.follower,
    follower: control.authority,
    incarnations: { ...control.incarnations, [control.follower]: incarnation },
    followerComplete: false,
    forced,
  });
  // From here on writers of the old epoch are refused by the new authority; reads are served from it.
  if (next !== undefined) await advanceFences(context.env, next, next.authority, 'alone', false);
  return next;
}

/** Lets writes in once nobody can acknowledge under the old epoch any more. Any prober may finish it. */
export async function finishPromotion(context: Context, control: Control): Promise<Control> {
  const { env } = context;
  if (control.inForceAtMs === undefined) return control;
  await advanceFences(env, control, control.authority, 'alone', false);
  await waitForLeases(env, control);
  const incarnation = await readIncarnation(rowStore(env, control.authority), control.group);
  if (incarnation !== control.incarnations[control.authority]) return control;
  return (await changeMode(env, control, { mode: 'A_ONLY' })) ?? control;
}
