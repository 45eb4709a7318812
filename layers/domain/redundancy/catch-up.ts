import { changeMode } from './change-mode.ts';
import type { Context } from './context.ts';
import type { Control } from './control.ts';
import { followerOf } from './copies.ts';
import { keepDivergence, knownAbsent } from './divergence.ts';
import type { Environment } from './environment.ts';
import { advanceFences, fenceCheck, fenceOf, rowStore } from './fences.ts';
import { type Follower, type Held, summarise } from './follower.ts';
import { help, markMirrored } from './help.ts';
import { type Lease, waitForLeases } from './lease.ts';
import { eachOf } from './parallel.ts';
import { compareVersions, isSameRecord } from './record.ts';
import { readIncarnation, scanAll } from './row-follower.ts';
import type { RecordRow } from './rows.ts';
import { StoreFailure } from './store.ts';
import { isPending, readView, requireLivingAuthority } from './view.ts';

/**
 * Makes the follower complete and the group NORMAL. May be run by several at once, stopped anywhere and begun again:
 * each step is guarded by what it read. False: it could not be finished now.
 */
export async function catchUp(context: Context, lease: Lease): Promise<boolean> {
  const { env, group } = context;
  const { control } = lease;
  const follower = followerOf(group, control);
  if (follower === undefined || control.mode !== 'CATCHUP') return false;
  await advanceFences(env, control, control.authority, 'mirrored', false);
  await follower.fence(env, lease);
  // Readers of the mode before show pending records without help: none of those may be left.
  await waitForLeases(env, control);
  const repaired = await pass(context, lease, follower);
  if (!(await areTheSame(context, lease, follower))) return false;
  env.report({ group: group.name, event: 'repaired', detail: `${repaired} records of ${follower.store}` });
  const complete = await changeMode(env, control, {
    mode: 'NORMAL',
    followerComplete: true,
    sourceEra: undefined,
    forced: false,
  });
  return complete !== undefined;
}

/** Neither store was wiped since the pass began: else what was compared is gone. */
async function areTheSame(context: Context, { control }: Lease, follower: Follower): Promise<boolean> {
  const { env, group } = context;
  const found = await follower.incarnation(env, group.name);
  const deciding = await readIncarnation(rowStore(env, control.authority), group.name);
  return (
    found === control.incarnations[follower.store] && deciding === control.incarnations[control.authority]
  );
}

/**
 * One complete comparison of content, not of open transactions alone (those do not know what a wiped store forgot).
 * Always the follower first, then the authority, then a write guarded by what the follower held: the other order
 * overwrites newer with older. Returns how many records were repaired.
 */
export async function pass(context: Context, lease: Lease, follower: Follower): Promise<number> {
  const { env, group } = context;
  const { control } = lease;
  const summary = await summarise(follower, env, lease);
  const store = rowStore(env, control.authority);
  let repaired = 0;
  for await (const rows of scanAll(env, store, group.name)) {
    await requireLivingAuthority(env, control);
    await eachOf(rows, env.settings.parallelMax, async (row) => {
      const token = summary.get(row.id);
      summary.delete(row.id);
      if (token === follower.token(env, lease, row) && !isPending(row)) return;
      await repairRecord(context, lease, follower, row.id);
      repaired += 1;
    });
  }
  // What is left is in the follower alone.
  await eachOf([...summary.keys()], env.settings.parallelMax, async (id) => {
    await repairRecord(context, lease, follower, id);
    repaired += 1;
  });
  return repaired;
}

/** Makes the follower's copy of one record the authority's, whichever way that is. */
export async function repairRecord(
  context: Context,
  lease: Lease,
  follower: Follower,
  id: string,
): Promise<void> {
  const { env } = context;
  const { control } = lease;
  for (let race = 0; race < env.settings.racesMax; race += 1) {
    const held = await follower.read(env, lease, id);
    const { records } = await readView(env, control, { keys: [id] });
    const row = records[0];
    if (row === undefined && held.record === undefined) return;
    if (row === undefined) await createAbsent(env, control, id);
    else if (await align(env, lease, follower, held, row)) return;
  }
  throw new StoreFailure(follower.store, 'conflict', 'none');
}

/** False: a race was lost, read both again. */
async function align(
  env: Environment,
  lease: Lease,
  follower: Follower,
  held: Held,
  row: RecordRow,
): Promise<boolean> {
  if (!isSameRecord(held.record, row)) {
    const beyond = isBeyond(held, row) ? held.record : undefined;
    if (beyond !== undefined) {
      const left = await follower.transactionOf(env, lease, beyond);
      await keepDivergence(env, lease.control, follower.store, beyond.op, left);
    } else if (isPending(row)) {
      // Its transaction may still be intact: then it goes over whole.
      await help(env, lease, follower, row);
      return true;
    }
    if (!(await follower.overwrite(env, lease, held, row))) return false;
  }
  await confirm(env, lease, row);
  return true;
}

/** Newer than the authority's, or a version that the copy decided itself and that is not in the authority's chain. */
function isBeyond({ record, pending }: Held, row: RecordRow): boolean {
  if (record === undefined) return false;
  const order = compareVersions(record, row);
  return order >= 0 || (pending && record.op !== row.op && record.op !== row.prevOp);
}

async function confirm(env: Environment, lease: Lease, row: RecordRow): Promise<void> {
  if (isPending(row)) await markMirrored(env, lease, row.op, [row], undefined);
}

/** The authority's word on a record that only the copy has, as a version that can be copied like any other. */
async function createAbsent(env: Environment, control: Control, id: string): Promise<void> {
  const row: RecordRow = { kind: 'record', ...knownAbsent(control, id), mver: 0 };
  await rowStore(env, control.authority).writeRows(control.group, [
    fenceCheck(control, fenceOf(env, id)),
    { type: 'put', row, expect: 'absent' },
  ]);
}
