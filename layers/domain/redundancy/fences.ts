import type { Control, Mode } from './control.ts';
import type { Environment } from './environment.ts';
import { StaleLease } from './lease.ts';
import { eachOf } from './parallel.ts';
import {
  type Action,
  type FenceRow,
  type FenceStage,
  fenceStages,
  incarnationId,
  ofKind,
  type Row,
  type RowId,
} from './rows.ts';
import { type RowStore, StoreFailure } from './store.ts';

/** The stage that a store's fences must show in a mode; modes without one are not served from rows. */
const stageOfMode: Readonly<Partial<Record<Mode, FenceStage>>> = {
  NORMAL: 'mirrored',
  CATCHUP: 'mirrored',
  A_ONLY: 'alone',
  PROMOTING: 'alone',
  REBUILD: 'loading',
};

export function rowStore(env: Environment, name: string): RowStore {
  const store = env.rows[name];
  if (store === undefined) throw new Error(`No row store is named ${name}: name it in the environment.`);
  return store;
}

/** One fence of many, by a hash (FNV-1a, 32 bits) of the first key, or every write would conflict on it. */
export function fenceOf(env: Environment, key: string): RowId {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return { kind: 'fence', id: String((hash >>> 0) % env.settings.fencesCount) };
}

export function fenceCheck(control: Control, fence: RowId): Action {
  return { type: 'check', target: fence, expect: { epoch: control.epoch, stage: requiredStage(control) } };
}

function requiredStage(control: Control): FenceStage {
  const stage = stageOfMode[control.mode];
  if (stage === undefined) throw new StaleLease();
  return stage;
}

/**
 * What a read shows counts only with its fence: an answer without one is a wiped store's (`StoreFailure`), one with
 * another epoch or stage is from before or after the lease's time (`StaleLease`).
 */
export function requireFence(control: Control, store: string, row: Row | undefined): void {
  if (row?.kind !== 'fence') throw new StoreFailure(store, 'unavailable', 'none');
  if (!isOpen(control, row)) throw new StaleLease();
}

/** Whether a fence lets the holders of this control row in. */
export function isOpen(control: Control, row: Row | undefined): boolean {
  return row?.kind === 'fence' && row.epoch === control.epoch && row.stage === requiredStage(control);
}

function allFences(env: Environment): RowId[] {
  return Array.from({ length: env.settings.fencesCount }, (_, index): RowId => {
    return { kind: 'fence', id: String(index) };
  });
}

/** A fence is made in the store that the control row speaks of, never in one that was wiped since. */
async function replaceFence(
  store: RowStore,
  { group, incarnations }: Control,
  storeName: string,
  held: FenceRow | undefined,
  next: FenceRow,
): Promise<boolean> {
  if (held !== undefined) {
    const expect = { epoch: held.epoch, stage: held.stage };
    return (await store.writeRows(group, [{ type: 'put', row: next, expect }])).applied;
  }
  const expect = { incarnation: incarnations[storeName] ?? '' };
  const result = await store.writeRows(group, [
    { type: 'check', target: incarnationId, expect },
    { type: 'put', row: next, expect: 'absent' },
  ]);
  if (!result.applied && result.refusals.some(({ index, why }) => index === 0 && why === 'condition')) {
    throw new StoreFailure(storeName, 'unavailable', 'none');
  }
  return result.applied;
}

/** A row store without all its fences has just been made: nothing can be decided in it yet. */
export async function hasFences(env: Environment, control: Control, store: string): Promise<boolean> {
  const rows = await rowStore(env, store).readRows(control.group, allFences(env));
  return rows.every((row) => row?.kind === 'fence');
}

/** Whether every fence of the authority is at this epoch and stage: those of an older backup are not. */
export async function standsAt(env: Environment, control: Control, stage: FenceStage): Promise<boolean> {
  const rows = await rowStore(env, control.authority).readRows(control.group, allFences(env));
  return rows.every((row) => row?.kind === 'fence' && row.epoch === control.epoch && row.stage === stage);
}

function requireNone(pending: readonly RowId[], store: string): void {
  if (pending.length > 0) throw new StoreFailure(store, 'conflict', 'none');
}

function isBefore(fence: FenceRow | undefined, next: FenceRow): boolean {
  if (fence === undefined || fence.epoch !== next.epoch) return (fence?.epoch ?? 0) < next.epoch;
  return fenceStages.indexOf(fence.stage) < fenceStages.indexOf(next.stage);
}

/**
 * Brings every fence of a store to (epoch, stage), never back. Only `create` makes fences that are not there (a new
 * follower, an authority that is rebuilt), and only in the incarnation that the control row names: an authority without
 * fences was wiped, and must not look alive again.
 */
export async function advanceFences(
  env: Environment,
  control: Control,
  storeName: string,
  stage: FenceStage,
  create: boolean,
): Promise<void> {
  const store = rowStore(env, storeName);
  let pending = allFences(env);
  for (let race = 0; race < env.settings.racesMax && pending.length > 0; race += 1) {
    const fences = (await store.readRows(control.group, pending)).map((row) => ofKind(row, 'fence'));
    if (!create && fences.includes(undefined)) throw new StoreFailure(storeName, 'unavailable', 'none');
    const behind: RowId[] = [];
    await eachOf([...pending.entries()], env.settings.parallelMax, async ([index, id]) => {
      const fence = fences[index];
      const next: FenceRow = { kind: 'fence', id: id.id, epoch: control.epoch, stage };
      if (!isBefore(fence, next) || (await replaceFence(store, control, storeName, fence, next))) return;
      behind.push(id);
    });
    pending = behind;
  }
  requireNone(pending, storeName);
}
