import { catchUp } from './catch-up.ts';
import { changeMode, createControl, stampInForce } from './change-mode.ts';
import type { Context } from './context.ts';
import type { Control, Mode } from './control.ts';
import { followerOf } from './copies.ts';
import type { Environment } from './environment.ts';
import { advanceFences, rowStore, standsAt } from './fences.ts';
import { type Follower, summarise } from './follower.ts';
import type { Group } from './groups.ts';
import { isStaleLease, type Lease, takeLease } from './lease.ts';
import { declareLost, noteFailure } from './lost.ts';
import { finishPromotion } from './promotion.ts';
import { rebuild, startRebuild } from './rebuild.ts';
import { compareVersions } from './record.ts';
import { incarnateRows, readIncarnation, readRecords, scanAll } from './row-follower.ts';
import { isStoreFailure } from './store.ts';

/**
 * Brings a group one step nearer to NORMAL, whatever its mode; run each second while one is not, each minute otherwise.
 * May run in several places at once. True: a step was made. A store that does not answer is no error here.
 */
export async function probe(context: Context): Promise<boolean> {
  try {
    const lease = await takeLease(context.env, context.group.name);
    if (lease.control.inForceAtMs === undefined) {
      return (await stampInForce(context.env, lease.control)) !== undefined;
    }
    return await steps[lease.control.mode](context, lease);
  } catch (error) {
    if (isStaleLease(error)) return false;
    if (!isStoreFailure(error)) throw error;
    await noteFailure(context, error);
    return false;
  }
}

const steps: Readonly<Record<Mode, (context: Context, lease: Lease) => Promise<boolean>>> = {
  NORMAL: watch,
  A_ONLY: startCatchUp,
  CATCHUP: continueCatchUp,
  READ_ONLY: returnAuthority,
  REBUILD: continueRebuild,
  PROMOTING: async (context, { control }) => (await finishPromotion(context, control)).mode === 'A_ONLY',
};

/** A wiped store answers as if nothing were wrong: only its incarnation tells. */
async function watch(context: Context, { control }: Lease): Promise<boolean> {
  const { env, group } = context;
  const follower = followerOf(group, control);
  if (follower === undefined) return false;
  if ((await follower.incarnation(env, group.name)) !== control.incarnations[follower.store]) {
    return declareLost(context, follower.store);
  }
  const deciding = await readIncarnation(rowStore(env, control.authority), group.name);
  if (deciding !== control.incarnations[control.authority]) return declareLost(context, control.authority);
  return false;
}

async function startCatchUp(context: Context, { control }: Lease): Promise<boolean> {
  const { env, group } = context;
  const follower = followerOf(group, control);
  if (follower === undefined) return false;
  await advanceFences(env, control, control.authority, 'alone', false);
  const incarnation = await follower.incarnate(env, group.name);
  const next = await changeMode(env, control, {
    mode: 'CATCHUP',
    epoch: control.epoch + 1,
    incarnations: { ...control.incarnations, [follower.store]: incarnation },
  });
  return next !== undefined;
}

/** A follower that was wiped in the middle begins anew. */
async function continueCatchUp(context: Context, lease: Lease): Promise<boolean> {
  const { env, group } = context;
  const follower = followerOf(group, lease.control);
  if (follower === undefined) return false;
  const found = await follower.incarnation(env, group.name);
  if (found !== lease.control.incarnations[follower.store]) return declareLost(context, follower.store);
  return catchUp(context, lease);
}

/** The authority answers again. It decides on only if it is the same one and nothing is newer in the documents. */
async function returnAuthority(context: Context, lease: Lease): Promise<boolean> {
  const { env, group } = context;
  const { control } = lease;
  const follower = followerOf(group, control);
  const deciding = await readIncarnation(rowStore(env, control.authority), group.name);
  if (follower === undefined || deciding !== control.incarnations[control.authority]) return false;
  if (!control.followerComplete) {
    return (
      (await changeMode(env, control, { mode: 'CATCHUP', epoch: control.epoch + 1, forced: false })) !==
      undefined
    );
  }
  if (!(await isAtOrPast(context, lease, follower))) {
    const detail = `${control.authority} is older than ${follower.store}: rebuild it`;
    env.report({ group: group.name, event: 'older', detail });
    return false;
  }
  return (await changeMode(env, control, { mode: 'NORMAL' })) !== undefined;
}

/**
 * Full comparison: it is no older backup of itself, which knows its incarnation but not its epoch, or lacks versions that
 * the documents have (what was keyed is kept with its record, so no idempotency row is missing either).
 */
async function isAtOrPast({ env, group }: Context, lease: Lease, follower: Follower): Promise<boolean> {
  const store = rowStore(env, lease.control.authority);
  if (!(await standsAt(env, lease.control, 'mirrored'))) return false;
  // What only a journal knows is in no document yet, and readers have been shown it.
  await follower.sweep(env, lease);
  const summary = await summarise(follower, env, lease);
  for await (const rows of scanAll(env, store, group.name)) {
    for (const row of rows)
      if (summary.get(row.id) === follower.token(env, lease, row)) summary.delete(row.id);
  }
  // What is not the same in both, one by one: few.
  for (const [id, token] of summary) {
    const [row] = await readRecords(store, group.name, [id]);
    if (row === undefined) return false;
    if (follower.token(env, lease, row) === token) continue;
    const { record } = await follower.read(env, lease, id);
    if (record !== undefined && compareVersions(record, row) > 0) return false;
  }
  return true;
}

async function continueRebuild(context: Context, lease: Lease): Promise<boolean> {
  const { env, group } = context;
  const { control } = lease;
  const deciding = await readIncarnation(rowStore(env, control.authority), group.name);
  if (deciding === control.incarnations[control.authority]) return rebuild(context, lease);
  return (await startRebuild(context)).revision > control.revision;
}

/** Makes the stores of a new group ready and writes its control row. Safe to run again: what is there stays. */
export async function initialise(env: Environment, group: Group): Promise<void> {
  if ((await env.control.readControl(group.name)) !== undefined) return;
  const incarnations: Record<string, string> = {
    [group.authority]: await incarnateRows(env, group.authority, group.name),
  };
  const first = firstControl(group, incarnations);
  await advanceFences(env, first, group.authority, 'mirrored', true);
  const follower = followerOf(group, first);
  if (follower !== undefined) {
    incarnations[follower.store] = await follower.incarnate(env, group.name);
    if (follower.fenced) await advanceFences(env, first, follower.store, 'mirrored', true);
  }
  await createControl(env, first);
}

function firstControl(group: Group, incarnations: Control['incarnations']): Control {
  return {
    group: group.name,
    revision: 1,
    mode: 'NORMAL',
    epoch: 1,
    era: 1,
    sourceEra: undefined,
    authority: group.authority,
    follower: group.follower?.store,
    policy: group.policy,
    incarnations,
    followerComplete: group.follower !== undefined,
    forced: false,
    changedAtMs: 0,
    inForceAtMs: undefined,
  };
}
