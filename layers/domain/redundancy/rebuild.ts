import { Problem } from '../problem.ts';
import { changeMode } from './change-mode.ts';
import type { Context } from './context.ts';
import type { Control } from './control.ts';
import { followerOf } from './copies.ts';
import { keepDivergence, knownAbsent } from './divergence.ts';
import { documentStore, listAll, putOnce, readRecordDocument, rollForward } from './document-follower.ts';
import { closedPath, journalPrefix, recordIdOf, recordPath } from './documents.ts';
import type { Environment } from './environment.ts';
import { advanceFences, fenceCheck, fenceOf, isOpen, rowStore } from './fences.ts';
import { reconcileKeyedWrites } from './keyed-writes.ts';
import { type Lease, StaleLease, takeLease, waitForLeases } from './lease.ts';
import { eachOf } from './parallel.ts';
import { readDocumentsOnly } from './read-only.ts';
import type { RecordVersion } from './record.ts';
import { exactly, incarnateRows, readIncarnation, scanAll } from './row-follower.ts';
import { ofKind, type RecordRow, type Refusal } from './rows.ts';
import { isPending, readView } from './view.ts';

/** The era that a rebuild reads, and closes. */
function sourceFolder(control: Control): string {
  return String(control.sourceEra);
}

/**
 * Decides that the documents are the truth from now on: a new epoch, a new era, irrevocable. An authority that comes
 * back is divergence. From READ_ONLY; once more, from the same documents, if the store was wiped again before a rebuild
 * led to NORMAL (what was acknowledged as degraded since then is lost). Throws `unavailable`.
 */
export async function startRebuild(context: Context): Promise<Control> {
  const { env, group } = context;
  const { control } = await takeLease(env, group.name);
  await requireDocuments(context, control);
  const store = rowStore(env, control.authority);
  const isWiped = (await readIncarnation(store, group.name)) !== control.incarnations[control.authority];
  const again = control.sourceEra !== undefined && isWiped;
  if (control.mode !== 'READ_ONLY' && !again) {
    refuse(`A rebuild starts from READ_ONLY; the group ${group.name} is in ${control.mode}.`);
  }
  const incarnation = await incarnateRows(env, control.authority, group.name);
  const next = await changeMode(env, control, {
    mode: 'REBUILD',
    epoch: control.epoch + 1,
    // Always a new folder: what the one before got may be written late, or be lost with the store.
    era: control.era + 1,
    sourceEra: control.sourceEra ?? control.era,
    incarnations: { ...control.incarnations, [control.authority]: incarnation },
    followerComplete: false,
  });
  return next ?? refuse('The mode was changed a moment ago. Try again in some seconds.');
}

async function requireDocuments({ env, group }: Context, control: Control): Promise<void> {
  const follower = followerOf(group, control);
  if (follower === undefined || follower.fenced) refuse(`The group ${group.name} has no documents.`);
  if ((await follower.incarnation(env, group.name)) === control.incarnations[follower.store]) return;
  refuse(`${follower.store} was wiped: there is nothing to rebuild from.`);
}

function refuse(detail: string): never {
  throw new Problem('unavailable', detail, { retryAfterSeconds: 5 });
}

/**
 * Loads the authority from the closed era. May be run by several at once and begun again: rows go in only while the
 * fences say (this epoch, loading), and only where this epoch has not put one yet. False: it could not be finished now.
 */
export async function rebuild(context: Context, lease: Lease): Promise<boolean> {
  const { env, group } = context;
  const { control } = lease;
  if (control.mode !== 'REBUILD' || control.follower === undefined) return false;
  await waitForLeases(env, control);
  const accepted = await closeEra(env, control, control.follower);
  await rollForward(env, control.follower, group.name, sourceFolder(control), (op) => accepted.has(op));
  // Only now may rows appear: a reader that loads a record for itself relies on the journals being done.
  await advanceFences(env, control, control.authority, 'loading', true);
  await keepLateJournals(env, control, control.follower, accepted);
  await loadAll(env, control, control.follower);
  // A store that was wiped meanwhile has no fences to advance.
  await advanceFences(env, control, control.authority, 'mirrored', false);
  return (await changeMode(env, control, { mode: 'CATCHUP' })) !== undefined;
}

/** Names the journals that count. Whoever comes first decides for all: a journal that comes later was never acknowledged. */
async function closeEra(env: Environment, control: Control, follower: string): Promise<ReadonlySet<string>> {
  const path = closedPath(control.group, sourceFolder(control));
  const store = documentStore(env, follower);
  const found = await store.getDocument(path);
  if (found?.body.kind === 'closed') return new Set(found.body.acceptedOps);
  const open = await openJournals(env, control, follower);
  if (await putOnce(env, follower, path, { kind: 'closed', acceptedOps: open })) return new Set(open);
  const decided = await store.getDocument(path);
  if (decided?.body.kind !== 'closed') throw new StaleLease();
  return new Set(decided.body.acceptedOps);
}

async function openJournals(env: Environment, control: Control, follower: string): Promise<string[]> {
  const prefix = journalPrefix(control.group, sourceFolder(control));
  const ops: string[] = [];
  for await (const page of listAll(env, documentStore(env, follower), prefix)) {
    for (const { path } of page) ops.push(path.slice(prefix.length, -'.json'.length));
  }
  return ops;
}

async function keepLateJournals(
  env: Environment,
  control: Control,
  follower: string,
  accepted: ReadonlySet<string>,
): Promise<void> {
  const prefix = journalPrefix(control.group, sourceFolder(control));
  for (const op of await openJournals(env, control, follower)) {
    if (accepted.has(op)) continue;
    const stored = await documentStore(env, follower).getDocument(`${prefix}${op}.json`);
    if (stored?.body.kind !== 'journal') continue;
    await keepDivergence(env, control, follower, op, stored.body.records);
  }
}

async function loadAll(env: Environment, control: Control, follower: string): Promise<void> {
  const folder = sourceFolder(control);
  const prefix = `${control.group}/${folder}/`;
  for await (const page of listAll(env, documentStore(env, follower), prefix)) {
    const ids = page.map(({ path }) => recordIdOf(path, control.group, folder));
    const records = ids.filter((id) => id !== 'CLOSED' && !id.startsWith('txn/'));
    await eachOf(records, env.settings.parallelMax, (id) => loadRecord(env, control, follower, id));
  }
  const store = rowStore(env, control.authority);
  for await (const rows of scanAll(env, store, control.group)) {
    const beyond = rows.filter((row) => row.epoch < control.epoch);
    await eachOf(beyond, env.settings.parallelMax, (row) => loadRecord(env, control, follower, row.id));
  }
}

/**
 * Puts the document's version into the authority, stamped with the new epoch and pending, since the new era is empty;
 * or the knowledge that there is none. Whoever loads a record first decides: later arrivals in the old era are void.
 */
async function loadRecord(env: Environment, control: Control, follower: string, id: string): Promise<void> {
  const store = rowStore(env, control.authority);
  const fence = fenceOf(env, id);
  for (let race = 0; race < env.settings.racesMax; race += 1) {
    const [open, found] = await store.readRows(control.group, [fence, { kind: 'record', id }]);
    const row = ofKind(found, 'record');
    if (row !== undefined && row.epoch >= control.epoch) return;
    // Before the document: only behind an open fence have the journals been rolled forward. That the fence is open when
    // the row arrives is not enough, it may arrive late.
    if (!isOpen(control, open)) throw new StaleLease();
    const held = await sourceRecord(env, control, follower, id);
    const loaded = held === undefined ? knownAbsent(control, id) : { ...held, epoch: control.epoch };
    if (row !== undefined && isLeftOut(row, held)) {
      await keepDivergence(env, control, control.authority, row.op, [row]);
    }
    const check = fenceCheck(control, fence);
    await reconcileKeyedWrites(env, control.authority, control.group, row, loaded, [check]);
    const put = { kind: 'record' as const, ...loaded, mver: 0 };
    const result = await store.writeRows(control.group, [
      check,
      { type: 'put', row: put, expect: exactly(row) },
    ]);
    if (result.applied) return;
    requireOpenFence(result.refusals);
  }
  throw new StaleLease();
}

async function sourceRecord(
  env: Environment,
  control: Control,
  follower: string,
  id: string,
): Promise<RecordVersion | undefined> {
  const path = recordPath(control.group, sourceFolder(control), id);
  return (await readRecordDocument(documentStore(env, follower), path))?.record;
}

/** The fence is the first action: once it has moved on, the load is over. */
function requireOpenFence(refusals: readonly Refusal[]): void {
  if (refusals.some(({ index, why }) => index === 0 && why === 'condition')) throw new StaleLease();
}

function isLeftOut(row: RecordRow, held: RecordVersion | undefined): boolean {
  return held === undefined || row.ver > held.ver || (isPending(row) && row.op !== held.op);
}

/**
 * Reads go on during a rebuild: from the documents while their era is open (what is seen there will be loaded), and
 * after that through the load itself, record by record (what is seen then has been).
 */
export async function readWhileRebuilding(
  context: Context,
  lease: Lease,
  ids: readonly string[],
): Promise<readonly (RecordVersion | undefined)[]> {
  const { env } = context;
  const { control } = lease;
  const follower = control.follower ?? '';
  const source: Lease = { ...lease, control: { ...control, era: control.sourceEra ?? control.era } };
  const path = closedPath(control.group, sourceFolder(control));
  const isEraOpen = async () => (await documentStore(env, follower).getDocument(path)) === undefined;
  if (await isEraOpen()) {
    const records = await readDocumentsOnly(context, source, ids);
    if (await isEraOpen()) return records;
  }
  for (const id of ids) await loadRecord(env, control, follower, id);
  return (await readView(env, control, { keys: ids })).records;
}
