import { keepDivergence } from './divergence.ts';
import type { Environment } from './environment.ts';
import { advanceFences, fenceCheck, fenceOf, requireFence, rowStore } from './fences.ts';
import type { Batch, Follower, Held, Pairs } from './follower.ts';
import { incarnate } from './incarnate.ts';
import { keepKeyedWrite, reconcileKeyedWrites } from './keyed-writes.ts';
import { type Lease, StaleLease } from './lease.ts';
import { compareVersions, type RecordVersion } from './record.ts';
import {
  type Action,
  type Expectation,
  type IdempotencyRow,
  incarnationId,
  ofKind,
  type RecordRow,
  type Refusal,
} from './rows.ts';
import { writeSettled } from './settle.ts';
import { type RowStore, StoreFailure } from './store.ts';

export function exactly(record: RecordVersion | undefined): Expectation {
  return record === undefined ? 'absent' : { epoch: record.epoch, ver: record.ver, op: record.op };
}

/** A follower's rows are mirrored by definition, so that none is pending when it is promoted. */
export function followerRow(record: RecordVersion): RecordRow {
  const { id, epoch, ver, op, prevOp, deleted, hash, image, keyedWrites } = record;
  return { kind: 'record', id, epoch, ver, op, prevOp, deleted, hash, image, keyedWrites, mver: ver };
}

export async function readRecords(
  store: RowStore,
  group: string,
  keys: readonly string[],
): Promise<(RecordRow | undefined)[]> {
  const rows = await store.readRows(
    group,
    keys.map((id) => ({ kind: 'record', id })),
  );
  return rows.map((row) => (row?.kind === 'record' ? row : undefined));
}

export async function readIncarnation(store: RowStore, group: string): Promise<string | undefined> {
  const [row] = await store.readRows(group, [incarnationId]);
  return row?.kind === 'incarnation' ? row.incarnation : undefined;
}

export async function incarnateRows(env: Environment, storeName: string, group: string): Promise<string> {
  return incarnate(env, {
    store: storeName,
    read: () => readIncarnation(rowStore(env, storeName), group),
    replace: (before, incarnation) => {
      const row = { kind: 'incarnation', id: incarnationId.id, incarnation } as const;
      const expect = before === undefined ? 'absent' : { incarnation: before };
      return writeSettled(env, storeName, group, [{ type: 'put', row, expect }]);
    },
  });
}

/** What is known of the follower's rows while a batch is applied: corrected by each refusal. */
interface Known {
  records: (RecordRow | undefined)[];
  idempotency: Map<string, IdempotencyRow | undefined>;
}

/** A version of a later epoch is not "past" this one: it may have been decided without it. */
function requireEpoch({ control }: Lease, known: Known): void {
  if (known.records.some((held) => held !== undefined && held.epoch > control.epoch)) throw new StaleLease();
}

/**
 * At or past a version of the authority, and in its chain: what follows it there is written in the epoch of the lease that
 * read it. A newer version of an earlier epoch was decided by the follower itself, before it lost that role by force.
 */
function isPast({ control }: Lease, held: RecordRow, record: RecordVersion): boolean {
  const order = compareVersions(held, record);
  return order > 0 ? held.epoch >= control.epoch : order === 0;
}

function actionsFor(lease: Lease, batch: Batch, known: Known): Action[] {
  const actions: Action[] = [];
  for (const [index, record] of batch.records.entries()) {
    const held = known.records[index];
    if (held !== undefined && isPast(lease, held, record)) continue;
    actions.push({ type: 'put', row: followerRow(record), expect: exactly(held) });
    for (const write of record.keyedWrites) {
      const keep = write.op === batch.op ? keepKeyedWrite(write, known.idempotency.get(write.id)) : undefined;
      if (keep !== undefined) actions.push(keep);
    }
  }
  return actions;
}

function learn(batch: Batch, known: Known, actions: readonly Action[], refusal: Refusal): void {
  const action = actions[refusal.index];
  if (refusal.why !== 'condition' || action?.type !== 'put') return;
  if (action.row.kind === 'record') {
    const index = batch.records.findIndex((record) => record.id === action.row.id);
    known.records[index] = ofKind(refusal.row, 'record');
  } else {
    known.idempotency.set(action.row.id, ofKind(refusal.row, 'idempotency'));
  }
}

/** A refused fence ends the attempt; every other refusal tells what to expect next time. */
function learnAll(
  lease: Lease,
  store: string,
  batch: Batch,
  known: Known,
  actions: readonly Action[],
  refusals: readonly Refusal[],
): void {
  for (const refusal of refusals) {
    const closed = refusal.why === 'condition' && actions[refusal.index]?.type === 'check';
    if (closed) requireFence(lease.control, store, refusal.row);
    learn(batch, known, actions, refusal);
  }
}

/**
 * A row that is pending in a follower, or newer than its authority's, was decided there when it was the authority. If what
 * goes over it does not follow from it, its whole transaction is kept as divergence first, and its key forgets it. (The
 * pass of a catch-up is not the only one to meet such a row: a reader that helps may come before it.)
 */
async function leaveBehind(
  env: Environment,
  lease: Lease,
  storeName: string,
  batch: Batch,
  known: Known,
): Promise<void> {
  const store = rowStore(env, storeName);
  const { control } = lease;
  for (const [index, record] of batch.records.entries()) {
    const held = known.records[index];
    if (held === undefined || held.op === record.prevOp || isPast(lease, held, record)) continue;
    if (held.mver === held.ver && compareVersions(held, record) < 0) continue;
    const whole = await transactionInRows(store, control.group, held);
    await keepDivergence(env, control, storeName, held.op, whole);
    await reconcileKeyedWrites(env, storeName, control.group, held, record, []);
  }
}

/**
 * What was written with a key while the authority was alone, and overtaken there before it was copied: its record carries it,
 * and no transaction of its own will bring it.
 */
async function keepOvertaken(
  env: Environment,
  storeName: string,
  group: string,
  batch: Batch,
  known: Known,
  fence: readonly Action[],
): Promise<void> {
  for (const [index, record] of batch.records.entries()) {
    const held = known.records[index]?.keyedWrites ?? [];
    const overtaken = record.keyedWrites.filter(
      ({ op }) => op !== batch.op && !held.some((write) => write.op === op),
    );
    const carried = { ...record, keyedWrites: overtaken };
    if (overtaken.length > 0) await reconcileKeyedWrites(env, storeName, group, undefined, carried, fence);
  }
}

/** A follower of the same structure: DynamoDB beside DynamoDB. `fenced` for the synchronous one, which can be promoted. */
export function rowFollower(storeName: string, fenced: boolean): Follower {
  const fenceActions = (env: Environment, lease: Lease, id: string): Action[] =>
    fenced ? [fenceCheck(lease.control, fenceOf(env, id))] : [];

  return {
    store: storeName,
    fenced,
    async apply(env, lease, batch) {
      const store = rowStore(env, storeName);
      const { group } = lease.control;
      const keys = batch.records.map((record) => record.id);
      const guessed = batch.previous?.map((record) => record && followerRow(record));
      const records = guessed ?? (await readRecords(store, group, keys));
      const known: Known = { records: [...records], idempotency: new Map() };
      for (let race = 0; race < env.settings.racesMax; race += 1) {
        requireEpoch(lease, known);
        const changes = actionsFor(lease, batch, known);
        if (changes.length === 0) return;
        const fence = fenceActions(env, lease, batch.op);
        await leaveBehind(env, lease, storeName, batch, known);
        await keepOvertaken(env, storeName, group, batch, known, fence);
        const actions = [...fence, ...changes];
        const result = await store.writeRows(group, actions);
        if (result.applied) return;
        learnAll(lease, storeName, batch, known, actions, result.refusals);
      }
      throw new StoreFailure(storeName, 'conflict', 'none');
    },
    async read(env, lease, id): Promise<Held> {
      const [row] = await readRecords(rowStore(env, storeName), lease.control.group, [id]);
      return { id, record: row, tag: undefined, pending: row !== undefined && row.mver < row.ver };
    },
    async overwrite(env, lease, held, record) {
      const store = rowStore(env, storeName);
      const fence = fenceActions(env, lease, record.id);
      await reconcileKeyedWrites(env, storeName, lease.control.group, held.record, record, fence);
      const put: Action = { type: 'put', row: followerRow(record), expect: exactly(held.record) };
      const result = await store.writeRows(lease.control.group, [...fence, put]);
      return result.applied;
    },
    list: (env, lease) => listRows(env, rowStore(env, storeName), lease.control.group),
    token: (env, _lease, record) => rowToken(env, record),
    transactionOf: (env, lease, record) =>
      transactionInRows(rowStore(env, storeName), lease.control.group, record),
    incarnation: (env, group) => readIncarnation(rowStore(env, storeName), group),
    incarnate: (env, group) => incarnateRows(env, storeName, group),
    async fence(env, lease) {
      if (fenced) await advanceFences(env, lease.control, storeName, 'mirrored', true);
    },
    sweep: () => Promise.resolve(),
  };
}

/** Of the image itself, not of the hash that stands beside it: what was altered keeps that. */
function rowToken(env: Environment, record: RecordVersion): string {
  return `${record.epoch}.${record.ver}.${record.op}.${record.deleted}.${env.hash(record.image)}`;
}

/** Every record of a store, page by page. */
export async function* scanAll(
  env: Environment,
  store: RowStore,
  group: string,
): AsyncGenerator<readonly RecordRow[]> {
  let cursor: string | undefined;
  do {
    const page = await store.scanRecords(group, 0, 1, { cursor, limit: env.settings.scannedMax });
    yield page.items;
    cursor = page.next;
  } while (cursor !== undefined);
}

async function* listRows(env: Environment, store: RowStore, group: string): Pairs {
  for await (const rows of scanAll(env, store, group)) {
    yield rows.map((row): readonly [string, string] => [row.id, rowToken(env, row)]);
  }
}

async function transactionInRows(
  store: RowStore,
  group: string,
  record: RecordVersion,
): Promise<readonly RecordVersion[]> {
  const [row] = await store.readRows(group, [{ kind: 'transaction', id: record.op }]);
  if (row?.kind !== 'transaction') return [record];
  const rows = await readRecords(store, group, row.keys);
  return rows.filter((member) => member !== undefined && member.op === record.op) as RecordVersion[];
}
