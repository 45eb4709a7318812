import { isSameVersion, type RecordVersion } from '@layers/domain/redundancy/record';
import type { RecordRow } from '@layers/domain/redundancy/rows';
import { pair, single, stock, stockAtFirst } from './client.ts';
import { heldBy } from './held-copies.ts';
import type { Surroundings } from './incidents.ts';
import { judgeOrder } from './judge-order.ts';
import type { Operation, Value } from './operations.ts';
import type { Protocol } from './protocol.ts';
import type { World } from './world.ts';

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
  judgeDivergence(world);
  judgeRefused(world, operations);
  // What was lost by force may be decided anew under its key.
  if (!surroundings.forced && !surroundings.degradedLost) judgeAnswers(world, operations);
  // A follower in the middle of being caught up may hold one record of a transaction without the other.
  if (!surroundings.forced) judgeStock(world, final);
  if (!surroundings.forced && !surroundings.degradedLost) judgeOrder(world, operations, final);
  await judgeReplicas(world, protocol, surroundings);
  await judgeService(world, protocol, surroundings);
}

/** The outbox empties: every transaction is mirrored and sent, every message is consumed. */
async function drain(world: World, surroundings: Surroundings): Promise<boolean> {
  const isEmpty = () => {
    if (!world.isAtRest || world.messages.length > 0 || surroundings.inFlight > 0) return false;
    for (const row of world
      .table(world.control?.authority ?? '')
      ?.rows.get('transaction')
      ?.values() ?? []) {
      if (row.kind === 'transaction' && !(row.mirrored && row.sent)) return false;
    }
    return true;
  };
  await world.scheduler.run(isEmpty, world.scheduler.now() + 3_000);
  if (!isEmpty()) world.violate('liveness', `the outbox did not empty: ${world.messages.length} messages`);
  return isEmpty();
}

/** Lets one call run to its end in virtual time. `undefined`, and a violation: it failed, or did not end. */
async function finish<Result>(
  world: World,
  what: string,
  withinMs: number,
  call: () => Promise<Result>,
): Promise<Result | undefined> {
  let result: Result | undefined;
  let failed: string | undefined;
  const run = async () => {
    result = await call();
  };
  void run().catch((error: unknown) => {
    failed = String(error);
  });
  const isDone = () => result !== undefined || failed !== undefined;
  await world.scheduler.run(isDone, world.scheduler.now() + withinMs);
  if (result === undefined) world.violate('liveness', `${what}: ${failed ?? 'no end'}`);
  return result;
}

async function readFinally(
  world: World,
  protocol: Protocol,
  surroundings: Surroundings,
): Promise<Map<string, Value> | undefined> {
  const { context } = surroundings.context('final', false);
  const ids = new Set([...pair, single, stock, ...world.commits.map(({ id }) => id)]);
  return finish(world, 'the last read', 500, async () => {
    const { entities } = await protocol.openGroup(context).read([...ids]);
    return new Map([...entities].map(([id, entity]): [string, Value] => [id, entity?.image]));
  });
}

/** All is well again: everybody is served, and is told that both stores have it. */
async function judgeService(world: World, protocol: Protocol, surroundings: Surroundings): Promise<void> {
  const { context } = surroundings.context('last', false);
  const keys = [...pair, single];
  const written = await finish(world, 'the last write', 500, () =>
    protocol.openGroup(context).write({
      keys,
      idempotency: undefined,
      decide: () => ({ changes: keys.map((id) => ({ id, image: 'last' })), answer: '' }),
    }),
  );
  const expected = world.group.follower === undefined ? 'degraded' : 'synced';
  if (written !== undefined && written.mirror !== expected) {
    world.violate('service', `the last write was acknowledged as ${written.mirror}`);
  }
}

/** I2: authority and follower are equal, tombstones too. */
function judgeCopies(world: World): void {
  const { control } = world;
  if (control?.follower === undefined) return;
  const rows = world.table(control.authority)?.records() ?? [];
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
  const rows = world.table(store)?.records();
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

/** What an old authority decided last, and the new one never knew, is named in the divergence table: nothing vanishes. */
function judgeDivergence(world: World): void {
  const { control } = world;
  if (control === undefined || world.wiped || world.group.follower?.structure !== 'rows') return;
  const kept = new Set<string>();
  for (const store of world.rows.keys()) {
    for (const row of world.table(store)?.rows.get('divergence')?.values() ?? []) {
      if (row.kind === 'divergence') for (const { id, op } of row.records) kept.add(`${id} ${op}`);
    }
  }
  const followed = new Set(world.commits.map(({ id, prevOp }) => `${id} ${prevOp}`));
  for (const { id, op } of world.commits) {
    const isHere = heldBy(world, control.authority, id)?.op === op;
    const name = `${id} ${op}`;
    if (!isHere && !followed.has(name) && !kept.has(name)) world.violate('divergence', `${name} vanished`);
  }
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

/** Replicas: equal to the authority after anti-entropy; without any change of epoch, equal before it too. */
async function judgeReplicas(world: World, protocol: Protocol, surroundings: Surroundings): Promise<void> {
  const { context } = surroundings.context('anti-entropy', false);
  await finish(world, 'anti-entropy', 3_000, async () => {
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
    return true;
  });
}
