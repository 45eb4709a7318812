import {
  type DocumentBody,
  incarnationPath,
  journalPath,
  journalPrefix,
  recordIdOf,
  recordPath,
} from './documents.ts';
import type { Environment } from './environment.ts';
import type { Batch, Follower, Held, Pairs } from './follower.ts';
import { incarnate } from './incarnate.ts';
import { type Lease, requireLease } from './lease.ts';
import { compareVersions, type RecordVersion } from './record.ts';
import { type DocumentExpectation, type DocumentStore, type ListedDocument, StoreFailure } from './store.ts';

export function documentStore(env: Environment, name: string): DocumentStore {
  const store = env.documents[name];
  if (store === undefined) throw new Error(`No document store is named ${name}: name it in the environment.`);
  return store;
}

/** Field by field, so that the bytes are those of a version and of nothing else a row may carry. */
export function recordBody(record: RecordVersion): DocumentBody {
  const { id, epoch, ver, op, prevOp, deleted, hash, image, keyedWrites } = record;
  return { kind: 'record', record: { id, epoch, ver, op, prevOp, deleted, hash, image, keyedWrites } };
}

export async function* listAll(
  env: Environment,
  store: DocumentStore,
  prefix: string,
): AsyncGenerator<readonly ListedDocument[]> {
  let cursor: string | undefined;
  do {
    const page = await store.listDocuments(prefix, { cursor, limit: env.settings.scannedMax });
    yield page.items;
    cursor = page.next;
  } while (cursor !== undefined);
}

export async function readRecordDocument(
  store: DocumentStore,
  path: string,
): Promise<{ record: RecordVersion; tag: string } | undefined> {
  const stored = await store.getDocument(path);
  return stored?.body.kind === 'record' ? { record: stored.body.record, tag: stored.tag } : undefined;
}

/**
 * Makes a document at or past a version. `guess` is what is expected to be there: a wrong one costs a reading, for a
 * put is always conditional on the tag last seen. 404 creates, 409 tries again, 412 reads and judges.
 */
export async function applyDocument(
  env: Environment,
  storeName: string,
  path: string,
  record: RecordVersion,
  guess: DocumentExpectation | undefined,
): Promise<void> {
  const store = documentStore(env, storeName);
  const body = recordBody(record);
  let expect = guess;
  for (let race = 0; race < env.settings.racesMax; race += 1) {
    if (expect === undefined) {
      const held = await readRecordDocument(store, path);
      if (held !== undefined && compareVersions(held.record, record) >= 0) return;
      expect = held === undefined ? 'absent' : { tag: held.tag };
    }
    const result = await store.putDocument(path, body, expect);
    if (result.stored) return;
    if (result.why !== 'conflict') expect = undefined;
  }
  throw new StoreFailure(storeName, 'conflict', 'none');
}

/** Stores a document that is written once, unless one is there: the first to come decides. */
export async function putOnce(
  env: Environment,
  storeName: string,
  path: string,
  body: DocumentBody,
): Promise<boolean> {
  const store = documentStore(env, storeName);
  for (let race = 0; race < env.settings.racesMax; race += 1) {
    const result = await store.putDocument(path, body, 'absent');
    if (result.stored) return true;
    if (result.why === 'precondition-failed') return false;
  }
  throw new StoreFailure(storeName, 'conflict', 'none');
}

/** A follower of another structure: JSON documents in a folder that is named by the era, or of a replica. */
export function documentFollower(storeName: string, folderOf: (lease: Lease) => string): Follower {
  const pathOf = (lease: Lease, id: string): string => recordPath(lease.control.group, folderOf(lease), id);

  return {
    store: storeName,
    fenced: false,
    async apply(env, lease, batch) {
      if (batch.records.length === 1) await applyOne(env, lease, batch, 0);
      else await applyJournal(env, lease, batch);
    },
    async read(env, lease, id): Promise<Held> {
      const held = await readRecordDocument(documentStore(env, storeName), pathOf(lease, id));
      return { id, record: held?.record, tag: held?.tag, pending: false };
    },
    async overwrite(env, lease, held, record) {
      const expect = held.tag === undefined ? 'absent' : { tag: held.tag };
      const store = documentStore(env, storeName);
      return (await store.putDocument(pathOf(lease, record.id), recordBody(record), expect)).stored;
    },
    list: (env, lease) => listRecords(env, storeName, lease.control.group, folderOf(lease)),
    token: (env, _lease, record) => documentStore(env, storeName).expectedTag(recordBody(record)),
    transactionOf: (_env, _lease, record) => Promise.resolve([record]),
    async incarnation(env, group) {
      const stored = await documentStore(env, storeName).getDocument(incarnationPath(group));
      return stored?.body.kind === 'incarnation' ? stored.body.incarnation : undefined;
    },
    async incarnate(env, group) {
      const [store, path] = [documentStore(env, storeName), incarnationPath(group)];
      const bodyOf = (incarnation: string): DocumentBody => ({ kind: 'incarnation', incarnation });
      return incarnate(env, {
        store: storeName,
        read: () => this.incarnation(env, group),
        replace: (before, incarnation) => {
          const expect = before === undefined ? 'absent' : { tag: store.expectedTag(bodyOf(before)) };
          return store.putDocument(path, bodyOf(incarnation), expect);
        },
      });
    },
    // Documents know no fences: the era's folder and the lease keep late writers from being believed.
    fence: () => Promise.resolve(),
    sweep: async (env, lease) => {
      await finishJournals(env, storeName, lease.control.group, folderOf(lease));
    },
  };

  async function applyOne(env: Environment, lease: Lease, batch: Batch, index: number): Promise<void> {
    const record = batch.records[index] as RecordVersion;
    const guess = batch.previous === undefined ? undefined : expectationOf(env, batch.previous[index]);
    await applyDocument(env, storeName, pathOf(lease, record.id), record, guess);
  }

  /** The journal is the commit point; it goes once every document shows its transaction. */
  async function applyJournal(env: Environment, lease: Lease, batch: Batch): Promise<void> {
    const { op, committedAtMs, records } = batch;
    const path = journalPath(lease.control.group, folderOf(lease), op);
    await putOnce(env, storeName, path, { kind: 'journal', op, committedAtMs, records });
    // A journal that came after its era was closed is not accepted: none of its documents may follow it.
    await requireLease(env, lease);
    await Promise.all(records.map((_, index) => applyOne(env, lease, batch, index)));
    await documentStore(env, storeName).deleteDocument(path);
  }

  function expectationOf(env: Environment, previous: RecordVersion | undefined): DocumentExpectation {
    if (previous === undefined) return 'absent';
    return { tag: documentStore(env, storeName).expectedTag(recordBody(previous)) };
  }
}

/** Records of a folder with their tags: no document is read. */
async function* listRecords(env: Environment, storeName: string, group: string, folder: string): Pairs {
  for await (const page of listAll(env, documentStore(env, storeName), `${group}/${folder}/`)) {
    yield page
      .map(({ path, tag }): readonly [string, string] => [recordIdOf(path, group, folder), tag])
      .filter(([id]) => id !== 'CLOSED' && !id.startsWith('txn/'));
  }
}

/**
 * Finishes every transaction that reached its commit point in a folder, and returns the ops that were open.
 * `accepts` tells which count. The journals stay.
 */
export async function rollForward(
  env: Environment,
  storeName: string,
  group: string,
  folder: string,
  accepts: (op: string) => boolean,
): Promise<readonly string[]> {
  const store = documentStore(env, storeName);
  const ops: string[] = [];
  for await (const page of listAll(env, store, journalPrefix(group, folder))) {
    for (const { path } of page) {
      const stored = await store.getDocument(path);
      if (stored?.body.kind !== 'journal' || !accepts(stored.body.op)) continue;
      ops.push(stored.body.op);
      for (const record of stored.body.records) {
        await applyDocument(env, storeName, recordPath(group, folder, record.id), record, undefined);
      }
    }
  }
  return ops;
}

/** Rolls every open transaction of a folder in use forward and, its documents applied, removes its journal. */
export async function finishJournals(
  env: Environment,
  storeName: string,
  group: string,
  folder: string,
): Promise<number> {
  const ops = await rollForward(env, storeName, group, folder, () => true);
  const store = documentStore(env, storeName);
  for (const op of ops) await store.deleteDocument(journalPath(group, folder, op));
  return ops.length;
}
