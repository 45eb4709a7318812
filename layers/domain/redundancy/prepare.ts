import { Problem } from '../problem.ts';
import type { Control } from './control.ts';
import type { Environment } from './environment.ts';
import { fenceCheck } from './fences.ts';
import type { Group } from './groups.ts';
import { carryKeyedWrites, keepKeyedWrite } from './keyed-writes.ts';
import { wantsMessage } from './outbox.ts';
import { entityOf, isGated } from './policy.ts';
import type { KeyedWrite } from './record.ts';
import { exactly } from './row-follower.ts';
import type { Action, Expectation, RecordRow, TransactionRow } from './rows.ts';
import type { Change, Transaction } from './transaction.ts';
import { requireDecision } from './validate.ts';
import type { View } from './view.ts';

/** A transaction as it goes to the authority. */
export interface Prepared {
  readonly answer: string;
  readonly changed: readonly RecordRow[];
  /** What `changed` replaces, in the same order. */
  readonly previous: readonly (RecordRow | undefined)[];
  readonly row: TransactionRow;
  readonly actions: readonly Action[];
}

/** Asks the caller to decide upon a view, and puts the answer into versions and guards. Nothing is written yet. */
export function prepare(
  env: Environment,
  group: Group,
  control: Control,
  transaction: Transaction,
  view: View,
): Prepared {
  const before = new Map(transaction.keys.map((id, index) => [id, view.records[index]]));
  const current = new Map(transaction.keys.map((id) => [id, entityOf(before.get(id))]));
  const next = (id: string) => ({ epoch: control.epoch, ver: (before.get(id)?.ver ?? 0) + 1 });
  const decision = transaction.decide(current, next);
  requireDecision(env.settings, transaction, decision);
  const op = env.random.id();
  const nowMs = env.clock.now();
  const { idempotency } = transaction;
  const keyed: KeyedWrite | undefined = idempotency && {
    id: idempotency.id,
    payloadHash: idempotency.payloadHash,
    op,
    answer: decision.answer,
    expiresAtMs: nowMs + env.settings.idempotencyMs,
  };
  const changed = decision.changes.map((change, index) =>
    nextRow(env, control, op, change, before.get(change.id), index === 0 ? keyed : undefined),
  );
  const keys = changed.map(({ id }) => id);
  const row: TransactionRow = {
    kind: 'transaction',
    id: op,
    epoch: control.epoch,
    keys,
    committedAtMs: nowMs,
    mirrored: control.follower === undefined,
    sent: !wantsMessage(group, keys),
    expiresAtMs: undefined,
  };
  const previous = keys.map((id) => before.get(id));
  const actions = actionsOf(control, transaction.keys, view, changed);
  const keep = keyed && keepKeyedWrite(keyed, view.idempotency);
  if (keep !== undefined) actions.push(keep);
  actions.push({ type: 'put', row, expect: 'absent' });
  requireItems(actions.length, env.settings.itemsMax);
  return { answer: decision.answer, changed, previous, row, actions };
}

/** What the first version of a record follows. */
const nothing = { ver: 0, op: undefined, mver: 0, keyedWrites: [] };

function nextRow(
  env: Environment,
  control: Control,
  op: string,
  change: Change,
  previous: RecordRow | undefined,
  keyed: KeyedWrite | undefined,
): RecordRow {
  const { ver: before, op: prevOp, mver, keyedWrites } = previous ?? nothing;
  const image = change.image ?? '';
  const { keyedWritesMax } = env.settings;
  return {
    kind: 'record',
    id: change.id,
    epoch: control.epoch,
    ver: before + 1,
    op,
    prevOp,
    deleted: change.image === undefined,
    hash: env.hash(image),
    image,
    keyedWrites: carryKeyedWrites(keyedWrites, keyed, env.clock.now(), keyedWritesMax),
    mver: control.follower === undefined ? before + 1 : mver,
  };
}

function actionsOf(
  control: Control,
  keys: readonly string[],
  view: View,
  changed: readonly RecordRow[],
): Action[] {
  const actions: Action[] = [fenceCheck(control, view.fence)];
  for (const [index, id] of keys.entries()) {
    const expect = guardOf(control, view.records[index]);
    const row = changed.find((candidate) => candidate.id === id);
    // What was only read is checked too, or a decision could rest on what no longer holds (write skew).
    if (row === undefined) actions.push({ type: 'check', target: { kind: 'record', id }, expect });
    else actions.push({ type: 'put', row, expect });
  }
  return actions;
}

/** Gated, a record is overwritten only in the version that the follower is known to hold. */
function guardOf(control: Control, before: RecordRow | undefined): Expectation {
  const exact = exactly(before);
  if (exact === 'absent' || before === undefined || !isGated(control)) return exact;
  return { ...exact, mver: before.ver };
}

function requireItems(items: number, itemsMax: number): void {
  if (items <= itemsMax) return;
  const detail = `The transaction needs ${items} items, more than the ${itemsMax} that a store takes at once. Split it.`;
  throw new Problem('payload-too-large', detail);
}
