import type { Mode } from '@layers/domain/redundancy/control';
import { compareVersions, type RecordVersion } from '@layers/domain/redundancy/record';
import type { Action, Row } from '@layers/domain/redundancy/rows';
import { stock } from './client.ts';
import { heldBy, isInSomeEra, wasLostFrom } from './held-copies.ts';
import type { World } from './world.ts';

/** Rules that can be judged at the moment a store changes: I3, I7, I9, and what a replica may hold. */
export function watchStores(world: World): void {
  const group = world.group.name;
  for (const [store, { memory }] of world.rows) {
    memory.of(group).watch = (actions, before) => {
      if (world.role(store) === 'R') judgeReplica(world, store, actions);
      else if (actions.some((action) => action.type === 'put' && action.row.kind === 'transaction')) {
        judgeCommit(world, actions, before);
      }
    };
  }
  for (const [store, { memory }] of world.documents) {
    memory.watches.set(group, (body) => {
      if (world.role(store) === 'R' && body.kind === 'record') judgeReplicated(world, store, body.record);
    });
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

/** Modes in which replicas are fed. */
const feeding: readonly Mode[] = ['NORMAL', 'CATCHUP', 'A_ONLY'];

/** A follower that was wiped takes no part: what was mirrored before may be copied on. */
function isPendingThere(world: World, authority: string, { id, op }: RecordVersion): boolean {
  const row = world.table(authority)?.get('record', id);
  return row?.kind === 'record' && row.op === op && row.mver < row.ver;
}

/** A replica shows nothing that the loss of one store could take back. */
function judgeReplicated(world: World, store: string, record: RecordVersion): void {
  const { control } = world;
  if (control?.follower === undefined || !feeding.includes(control.mode)) return;
  if (world.incarnation(control.follower) !== control.incarnations[control.follower]) return;
  if (control.mode !== 'NORMAL' && !isPendingThere(world, control.authority, record)) return;
  // Known to be absent: nothing that a loss could take back.
  if (record.ver === 0) return;
  const held = heldBy(world, control.follower, record.id);
  if (held !== undefined && compareVersions(held, record) >= 0) return;
  // What was read under NORMAL may arrive while its rebuilt row waits to be copied into the new era, or while the store
  // that held it too has been emptied since and is being caught up.
  if (isInSomeEra(world, control.follower, record) || wasLostFrom(world, control.follower, record)) return;
  world.violate('replica', `${store} has ${record.id} ${record.ver}, ${control.follower} has ${held?.ver}`);
}
