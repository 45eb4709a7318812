import { Problem } from '../problem.ts';
import { acknowledge } from './acknowledge.ts';
import type { Context } from './context.ts';
import type { Control } from './control.ts';
import { followerOf } from './copies.ts';
import type { Environment } from './environment.ts';
import { rowStore } from './fences.ts';
import type { Follower } from './follower.ts';
import { help } from './help.ts';
import { type Lease, requireLease } from './lease.ts';
import { outcomeUnknown } from './outcome.ts';
import { isGated, mirrorState } from './policy.ts';
import { type Prepared, prepare } from './prepare.ts';
import type { IdempotencyRow, Refusal } from './rows.ts';
import { isStoreFailure, StoreFailure } from './store.ts';
import type { Transaction, WriteOutcome } from './transaction.ts';
import { isPending, readView, type View } from './view.ts';

/**
 * One attempt at a synchronous write under one lease. `undefined`: a lost race, nothing was written, try again.
 * Order: authority (commit), follower (commit point of what is acknowledged), mark. Half done, it is a pending record
 * with its transaction row; whoever meets it, or the sweeper, finishes it (`help`).
 */
export async function attemptWrite(
  context: Context,
  lease: Lease,
  transaction: Transaction,
): Promise<WriteOutcome | undefined> {
  const { env, group } = context;
  const { control } = lease;
  const follower = followerOf(group, control);
  const idempotencyId = transaction.idempotency?.id;
  const view = await readView(env, control, { keys: transaction.keys, idempotencyId });
  const replayed = await replay(env, lease, follower, transaction, view.idempotency);
  if (replayed !== undefined) return replayed;
  if (await helpAny(env, lease, follower, view)) return undefined;
  const prepared = prepare(env, group, control, transaction, view);
  if (prepared.changed.length === 0) {
    await requireLease(env, lease);
    return { answer: prepared.answer, replayed: false, mirror: mirrorState(control) };
  }
  if (!(await commit(env, control, transaction, view, prepared))) return undefined;
  return acknowledge(context, lease, follower, prepared);
}

/** True if something was pending: it has been helped, and what was read is no longer what is there. */
async function helpAny(
  env: Environment,
  lease: Lease,
  follower: Follower | undefined,
  { records }: View,
): Promise<boolean> {
  if (follower === undefined || !isGated(lease.control)) return false;
  const pending = records.filter(isPending);
  for (const row of pending) await help(env, lease, follower, row);
  return pending.length > 0;
}

/** Whoever comes second with a key gets the first one's answer: a read, so what is pending of it is helped first. */
async function replay(
  env: Environment,
  lease: Lease,
  follower: Follower | undefined,
  { idempotency }: Transaction,
  row: IdempotencyRow | undefined,
): Promise<WriteOutcome | undefined> {
  if (idempotency === undefined || row === undefined || row.expiresAtMs <= env.clock.now()) return undefined;
  if (row.payloadHash !== idempotency.payloadHash) {
    const detail =
      'This idempotency key was used with another payload. Send that payload, or take a new key.';
    throw new Problem('idempotency-mismatch', detail);
  }
  if (follower !== undefined && isGated(lease.control)) await helpReplayed(env, lease, follower, row.op);
  await requireLease(env, lease);
  return { answer: row.answer, replayed: true, mirror: mirrorState(lease.control) };
}

async function helpReplayed(env: Environment, lease: Lease, follower: Follower, op: string): Promise<void> {
  const { control } = lease;
  const { transaction } = await readView(env, control, { keys: [], op });
  if (transaction?.mirrored !== false) return;
  const { records } = await readView(env, control, { keys: transaction.keys });
  const pending = records.find((record) => isPending(record) && record.op === op);
  if (pending !== undefined) await help(env, lease, follower, pending);
}

/** A store that lacks its fence was wiped since it was read: what a copy of the request did before is gone with it. */
const lacksFence = ({ actions }: Prepared, { index, why, row }: Refusal) => {
  const action = actions[index];
  return (
    why === 'condition' && row === undefined && action?.type === 'check' && action.target.kind === 'fence'
  );
};

/** True: committed. False: refused for good, try again. Throws `outcome-unknown` if neither can be told. */
async function commit(
  env: Environment,
  control: Control,
  transaction: Transaction,
  view: View,
  prepared: Prepared,
): Promise<boolean> {
  try {
    const result = await rowStore(env, control.authority).writeRows(control.group, prepared.actions);
    if (result.applied) return true;
    if (result.refusals.some((refusal) => lacksFence(prepared, refusal)))
      throw outcomeUnknown(new StoreFailure(control.authority, 'unavailable', 'unknown'), undefined);
    return result.refusals.some(({ row }) => row?.kind === 'transaction' && row.id === prepared.row.id);
  } catch (failure) {
    if (!isStoreFailure(failure) || failure.effect === 'none') throw failure;
    return await resolveOutcome(env, control, transaction, view, prepared.row.id, failure);
  }
}

/** After a timeout: one transactional reading of everything that could tell. */
async function resolveOutcome(
  env: Environment,
  control: Control,
  transaction: Transaction,
  view: View,
  op: string,
  failure: StoreFailure,
): Promise<boolean> {
  try {
    const request = { keys: transaction.keys, idempotencyId: transaction.idempotency?.id, op };
    const now = await readView(env, control, request);
    if (now.transaction !== undefined) return true;
    // A member past its guard never meets it again in this store and epoch: a late arrival will be refused.
    const passed = now.records.some((record, index) => record?.op !== view.records[index]?.op);
    if (passed || now.idempotency?.op !== view.idempotency?.op) return false;
  } catch (error) {
    throw outcomeUnknown(failure, error);
  }
  throw outcomeUnknown(failure, undefined);
}
