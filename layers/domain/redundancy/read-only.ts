import { Problem } from '../problem.ts';
import type { Context } from './context.ts';
import { documentStore, finishJournals, readRecordDocument } from './document-follower.ts';
import { incarnationPath, recordIdOf, recordPath } from './documents.ts';
import { type Lease, StaleLease } from './lease.ts';
import type { RecordVersion } from './record.ts';
import type { Page, PageRequest } from './store.ts';

interface Read {
  readonly record: RecordVersion;
  readonly tag: string;
}

/**
 * Reads several records from documents at one point in time, with the authority lost. Journals are at their commit
 * point, so they are rolled forward first. Then read, look for journals again, read again: equal tags around a moment
 * without a journal are a snapshot. (Reading twice alone is not: a journal that came after the first look can show
 * one document in both readings and another in neither.)
 */
export async function readDocumentsOnly(
  context: Context,
  lease: Lease,
  ids: readonly string[],
): Promise<readonly (RecordVersion | undefined)[]> {
  const { group, era, follower } = lease.control;
  const folder = String(era);
  const finish = () => finishJournals(context.env, follower ?? '', group, folder);
  await finish();
  for (let race = 0; race < context.env.settings.racesMax; race += 1) {
    const first = await readAll(context, lease, folder, ids);
    if (ids.length > 1) {
      if ((await finish()) > 0) continue;
      const second = await readAll(context, lease, folder, ids);
      if (first.some((read, index) => read?.tag !== second[index]?.tag)) continue;
    }
    if (first.includes(undefined)) await requireIncarnation(context, lease);
    return first.map((read) => read?.record);
  }
  const detail = `The records of ${group} kept changing while they were read. Try again.`;
  throw new Problem('unavailable', detail, { retryAfterSeconds: 1 });
}

function readAll(
  { env }: Context,
  { control }: Lease,
  folder: string,
  ids: readonly string[],
): Promise<(Read | undefined)[]> {
  const store = documentStore(env, control.follower ?? '');
  return Promise.all(ids.map((id) => readRecordDocument(store, recordPath(control.group, folder, id))));
}

/** Absence proves nothing in a bucket that was emptied. */
async function requireIncarnation(context: Context, { control }: Lease): Promise<void> {
  const { env, group } = context;
  const name = control.follower ?? '';
  const stored = await documentStore(env, name).getDocument(incarnationPath(group.name));
  if (stored?.body.kind === 'incarnation' && stored.body.incarnation === control.incarnations[name]) return;
  throw new StaleLease();
}

/**
 * A page of documents, each as it is when it is read; deleted ones are included for the caller to leave out. Cursors are
 * record ids, as in rows, so that a list goes on after a change of mode. (Paths end in `.json`, so `a` comes after `a-b`
 * here and before it in rows: of ids that continue another with `-`, one may be left out if the mode changes just there.)
 */
export async function listDocumentsOnly(
  context: Context,
  lease: Lease,
  prefix: string,
  { cursor, limit }: PageRequest,
): Promise<Page<RecordVersion>> {
  const { group, era, follower } = lease.control;
  const folder = String(era);
  await finishJournals(context.env, follower ?? '', group, folder);
  const store = documentStore(context.env, follower ?? '');
  const after = cursor === undefined ? undefined : recordPath(group, folder, cursor);
  const page = await store.listDocuments(`${group}/${folder}/${prefix}`, { cursor: after, limit });
  const ids = page.items.map(({ path }) => recordIdOf(path, group, folder));
  const reads = await readAll(context, lease, folder, ids);
  await requireIncarnation(context, lease);
  const items = reads.flatMap((read) => (read === undefined ? [] : [read.record]));
  return { items, next: page.next === undefined ? undefined : ids.at(-1) };
}
