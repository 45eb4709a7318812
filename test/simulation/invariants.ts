import { compareVersions, isSameVersion, type RecordVersion } from '@layers/domain/redundancy/record';
import type { Action, RecordRow, Row } from '@layers/domain/redundancy/rows';
import { pair, single, stock, stockAtFirst } from './client.ts';
import type { Surroundings } from './incidents.ts';
import { checkLinearizable, type Event } from './linearizability.ts';
import type { Operation, Value } from './operations.ts';
import type { Protocol } from './protocol.ts';
import type { World } from './world.ts';

/** Rules that can be judged at the moment a store changes: I3, I7, I9, and what a replica may hold. */
export function watchStores(world: World): void {
  for (const [store, { memory }] of world.rows) {
    memory.watch = (actions, before) => {
      if (world.role(store) === 'R') judgeReplica(world, store, actions);
      else if (actions.some((action) => action.type === 'put' && action.row.kind === 'transaction')) {
        judgeCommit(world, actions, before);
      }
    };
  }
  for (const [store, { memory }] of world.documents) {
    memory.watch = (_path, body) => {
      if (world.role(store) === 'R' && body.kind === 'record') judgeReplicated(world, store, body.record);
    };
  }
}

function judgeCommit(world: World, actions: readonly Action[], before: readonly (Row | undefined)[]): void {
  const fence = actions.find((action) => action.type === 'check' && action.target.kind === 'fence');
  const gated = fence !== undefined && fence.expect !== 'absent' && fence.expect.stage === 'mirrored';
  for (const [index, action] of actions.entries()) {
    if (action.type !== 'put' || action.row.kind !== 'record') continue;
    const { row } = action;
    const old = before[index]?.kind === 'record' ? before[index] : undefined;
    if (row.ver !== (old?.ver ?? 0) + 1 || row.prevOp !== old?.op) {
      world.violate(
        'I3',
        `${row.id} ${row.ver} (${row.op}) follows ${old?.ver} (${old?.op}), not ${row.prevOp}`,
      );
    }
    if (gated && world.group.follower !== undefined && old !== undefined && old.mver < old.ver) {
      world.violate('I7', `${row.id} ${row.ver} overwrites ${old.ver}, which was not mirrored`);
    }
    if (row.id === stock && Number(row.image) < 0) world.violate('I9', `stock ${row.image}`);
    world.commits.push(row);
  }
}

function judgeReplica(world: World, store: string, actions: readonly Action[]): void {
  for (const action of actions) {
    if (action.type === 'put' && action.row.kind === 'record') judgeReplicated(world, store, action.row);
  }
}

/** A replica shows nothing that the loss of one store could take back. */
function judgeReplicated(world: World, store: string, record: RecordVersion): void {
  const { control } = world;
  if (control?.follower === undefined || control.mode !== 'NORMAL') return;
  if (world.incarnation(control.follower) !== control.incarnations[control.follower]) return;
  const held = heldBy(world, control.follower, record.id);
  if (held === undefined || compareVersions(held, record) < 0) {
    world.violate('replica', `${store} has ${record.id} ${record.ver}, ${control.follower} has ${held?.ver}`);
  }
}

/** What a store holds of a record, as it would come back from it: open journals count. */
export function heldBy(world: World, store: string, id: string): RecordVersion | undefined {
  const row = world.rows.get(store)?.memory.rows.get(`record ${id}`);
  if (row?.kind === 'record') return row;
  const memory = world.documents.get(store)?.memory;
  if (memory === undefined) return undefined;
  const { group } = world;
  const folder = store === world.control?.follower ? String(world.control.era) : 'replica';
  const stored = memory.get(`${group.name}/${folder}/${id}.json`);
  let held = stored?.body.kind === 'record' ? stored.body.record : undefined;
  for (const { body } of memory.documents.values()) {
    if (body.kind !== 'journal') continue;
    for (const record of body.records) {
      if (record.id === id && (held === undefined || compareVersions(record, held) > 0)) held = record;
    }
  }
  return held;
}

/** Rules that can be judged only when all is over: everything is brought to rest, read once more, and compared. */
export async function judgeHistory(
  world: World,
  protocol: Protocol,
  surroundings: Surroundings,
  operations: readonly Operation[],
): Promise<void> {
  if (!(await drain(world, surroundings))) return;
  surroundings.stop();
  const final = await readFinally(world, protocol, surroundings);
  if (final === undefined) return;
  judgeCopies(world);
  judgeAcknowledged(world, surroundings, operations);
  judgeRefused(world, operations);
  // What was lost by force may be decided anew under its key.
  if (!surroundings.forced && !surroundings.degradedLost) judgeAnswers(world, operations);
  // A follower in the middle of being caught up may hold one record of a transaction without the other.
  if (!surroundings.forced) judgeStock(world, final);
  if (!surroundings.forced && !surroundings.degradedLost) judgeOrder(world, operations, final);
  await judgeReplicas(world, protocol, surroundings);
}

/** The outbox empties: every transaction is mirrored and sent, every message is consumed. */
async function drain(world: World, surroundings: Surroundings): Promise<boolean> {
  const isEmpty = () => {
    if (!world.isAtRest || world.messages.length > 0 || surroundings.inFlight > 0) return false;
    const memory = world.rows.get(world.control?.authority ?? '')?.memory;
    for (const row of memory?.rows.values() ?? []) {
      if (row.kind === 'transaction' && !(row.mirrored && row.sent)) return false;
    }
    return true;
  };
  await world.scheduler.run(isEmpty, world.scheduler.now() + 3_000);
  if (!isEmpty()) world.violate('liveness', `the outbox did not empty: ${world.messages.length} messages`);
  return isEmpty();
}

async function readFinally(
  world: World,
  protocol: Protocol,
  surroundings: Surroundings,
): Promise<Map<string, Value> | undefined> {
  const { context } = surroundings.context('final', false);
  const ids = new Set([...pair, single, stock, ...world.commits.map(({ id }) => id)]);
  let values: Map<string, Value> | undefined;
  const read = async () => {
    const { entities } = await protocol.openGroup(context).read([...ids]);
    values = new Map([...entities].map(([id, entity]) => [id, entity?.image]));
  };
  let failed: unknown;
  void read().catch((error: unknown) => {
    failed = error;
  });
  const isDone = () => values !== undefined || failed !== undefined;
  await world.scheduler.run(isDone, world.scheduler.now() + 500);
  if (values === undefined) world.violate('liveness', `the last read did not answer: ${String(failed)}`);
  return values;
}

/** I2: authority and follower are equal, tombstones too. */
function judgeCopies(world: World): void {
  const { control } = world;
  if (control?.follower === undefined) return;
  const rows = world.rows.get(control.authority)?.memory.records() ?? [];
  const ids = new Set(rows.map(({ id }) => id));
  for (const row of rows) {
    const copy = heldBy(world, control.follower, row.id);
    if (!isSameVersion(row, copy) || row.image !== copy?.image || row.deleted !== copy.deleted) {
      world.violate(
        'I2',
        `${row.id}: ${version(row)} in ${control.authority}, ${version(copy)} in the follower`,
      );
    }
  }
  for (const id of idsIn(world, control.follower)) {
    if (!ids.has(id)) world.violate('I2', `${id} is in the follower alone`);
  }
}

function version(record: RecordVersion | undefined): string {
  return record === undefined ? 'nothing' : `${record.epoch}.${record.ver} (${record.op})`;
}

function idsIn(world: World, store: string): string[] {
  const rows = world.rows.get(store)?.memory.records();
  if (rows !== undefined) return rows.map(({ id }) => id);
  const ids: string[] = [];
  const prefix = `${world.group.name}/${world.control?.era ?? 0}/`;
  for (const [path, { body }] of world.documents.get(store)?.memory.documents ?? []) {
    if (body.kind === 'record' && path.startsWith(prefix)) ids.push(body.record.id);
  }
  return ids;
}

/** I1: what was acknowledged is among the ancestors of what is there now. */
function judgeAcknowledged(world: World, surroundings: Surroundings, operations: readonly Operation[]): void {
  const byOp = new Map(world.commits.map((row) => [`${row.id} ${row.op}`, row]));
  const lineages = new Map<string, Set<string>>();
  const lineageOf = (id: string): Set<string> => {
    const found = lineages.get(id);
    if (found !== undefined) return found;
    const lineage = new Set<string>();
    let op = heldBy(world, world.control?.authority ?? '', id)?.op;
    while (op !== undefined && !lineage.has(op)) {
      lineage.add(op);
      op = byOp.get(`${id} ${op}`)?.prevOp;
    }
    lineages.set(id, lineage);
    return lineage;
  };
  for (const operation of operations) {
    if (operation.kind !== 'write' || operation.outcome !== 'ok') continue;
    const survived = operation.versions.some((versions) =>
      [...versions].every(([id, at]) =>
        world.commits.some(
          (row) =>
            row.id === id &&
            row.epoch === at.epoch &&
            row.ver === at.ver &&
            isOf(operation, row) &&
            lineageOf(id).has(row.op),
        ),
      ),
    );
    const wrote = operation.changes.some((change) => change.size > 0);
    if (!wrote || survived || operation.changes.at(-1)?.size === 0) continue;
    if (surroundings.degradedLost && operation.mirror !== 'synced') continue;
    if (surroundings.forced && (operation.mirror !== 'synced' || world.wiped)) continue;
    world.violate('I1', `op ${operation.id}, acknowledged as ${operation.mirror}, is lost`);
  }
}

function isOf(operation: Operation, row: RecordRow): boolean {
  return operation.changes.some((change) => change.has(row.id) && (change.get(row.id) ?? '') === row.image);
}

/** I5: what was definitely refused never happened, nor does it happen later. */
function judgeRefused(world: World, operations: readonly Operation[]): void {
  for (const { id, outcome, kind } of operations) {
    if (outcome !== 'refused' || kind !== 'write') continue;
    const row = world.commits.find(({ image, id: key }) => image === `v${id}` || key === `orders/u/o${id}`);
    if (row !== undefined) world.violate('I5', `op ${id} was refused, and wrote ${row.id} ${row.ver}`);
  }
}

/** I10: one key, one answer, one effect. */
function judgeAnswers(world: World, operations: readonly Operation[]): void {
  for (const operation of operations) {
    if (new Set(operation.answers).size > 1) {
      world.violate('I10', `op ${operation.id} was answered ${operation.answers.join(' and ')}`);
    }
    if (operation.idempotencyKey === undefined || operation.kind !== 'write') continue;
    const first = operation.keys[0] ?? '';
    const image = operation.changes.at(-1)?.get(first);
    if (image === undefined || first === stock) continue;
    const effects = world.commits.filter((row) => row.id === first && row.image === image);
    const ops = new Set(effects.map((row) => row.op));
    if (ops.size > 1 && !world.forked)
      world.violate('I10', `op ${operation.id} took effect ${ops.size} times`);
  }
}

/** I9: what was sold and what is left is what there was. */
function judgeStock(world: World, final: ReadonlyMap<string, Value>): void {
  const left = Number(final.get(stock) ?? '0');
  let sold = 0;
  for (const [id, value] of final) if (id.startsWith('orders/') && value !== undefined) sold += 1;
  if (left < 0 || left + sold !== stockAtFirst) {
    world.violate('I9', `${left} left and ${sold} sold of ${stockAtFirst}`);
  }
}

/** I4, I6 and the torn reads of I7: an order of all operations exists in which each saw what was there. */
function judgeOrder(world: World, operations: readonly Operation[], final: ReadonlyMap<string, Value>): void {
  for (const keys of [pair, [single], [stock]] as const) {
    const events = operations
      .filter((operation) => operation.mirror !== 'stale')
      .map((operation) => eventOf(operation, keys));
    const first: Event = eventAt(-2, [
      { saw: new Map(), put: keys[0] === stock ? new Map([[stock, String(stockAtFirst)]]) : new Map() },
    ]);
    const last: Event = eventAt(world.scheduler.now(), [
      { saw: new Map(keys.map((key) => [key, final.get(key)])), put: new Map() },
    ]);
    const judged = [first, ...events.filter((event) => event.effects.length > 0), last];
    const verdict = checkLinearizable(judged, keys);
    if (verdict === 'linearizable') continue;
    for (const event of judged) if (event.effects.length > 0) world.network.trace?.(describe(event));
    world.violate('I6', `${keys.join(' and ')}: ${verdict}`);
  }
}

function describe({ label, invokedAtMs, returnedAtMs, effects }: Event): string {
  const values = (map: ReadonlyMap<string, Value>) =>
    [...map].map(([key, value]) => `${key}=${value ?? '∅'}`).join(' ');
  const each = effects.map(({ saw, put }) => `saw ${values(saw)} put ${values(put)}`);
  return `${label} [${invokedAtMs}, ${returnedAtMs}] ${each.join(' or ')}`;
}

function eventAt(atMs: number, effects: Event['effects']): Event {
  return { invokedAtMs: atMs, returnedAtMs: atMs + 1, effects, label: 'first or last' };
}

function eventOf(operation: Operation, keys: readonly string[]): Event {
  const { outcome, invokedAtMs, returnedAtMs, views, changes, replayed, kind, id } = operation;
  const touches = operation.keys.some((key) => keys.includes(key));
  const certain = outcome === 'ok' && !replayed;
  let effects: Event['effects'] = [];
  if (touches && outcome !== 'refused' && !(kind !== 'write' && outcome === 'unknown')) {
    const all = views.map((view, index) => ({
      saw: only(view, keys),
      put: only(changes[index] ?? new Map<string, Value>(), keys),
    }));
    effects = certain ? all.slice(-1) : all;
  }
  const answered = outcome === 'ok' ? returnedAtMs : Number.POSITIVE_INFINITY;
  // A list is not one point in time: its records are judged one by one where keys are judged alone.
  if (kind === 'list' && keys.length > 1) effects = [];
  return { invokedAtMs, returnedAtMs: answered, effects, label: `op ${id}` };
}

function only(values: ReadonlyMap<string, Value>, keys: readonly string[]): Map<string, Value> {
  return new Map([...values].filter(([key]) => keys.includes(key)));
}

/** Replicas: equal to the authority after anti-entropy; without any change of epoch, equal before it too. */
async function judgeReplicas(world: World, protocol: Protocol, surroundings: Surroundings): Promise<void> {
  const { context } = surroundings.context('anti-entropy', false);
  let done = false;
  const compare = async () => {
    for (const replica of world.group.replicas) {
      if (replica.replicate === 'periodic') await protocol.backfill(context, replica, undefined);
      const before = await protocol.compareReplica(context, replica, true);
      if (before.differing.length > 0 && world.control?.epoch === 1 && replica.replicate === 'on-change') {
        world.violate(
          'replica',
          `${replica.store} misses ${before.differing.join(', ')} though all was sent`,
        );
      }
      const after = await protocol.compareReplica(context, replica, false);
      if (after.differing.length > 0) world.violate('replica', `${replica.store} still differs after repair`);
    }
    done = true;
  };
  void compare().catch((error: unknown) => {
    world.violate('liveness', `anti-entropy failed: ${String(error)}`);
    done = true;
  });
  await world.scheduler.run(() => done, world.scheduler.now() + 3_000);
  if (!done) world.violate('liveness', 'anti-entropy did not end');
}
