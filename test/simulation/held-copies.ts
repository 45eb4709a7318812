import type { Control } from '@layers/domain/redundancy/control';
import type { Group } from '@layers/domain/redundancy/groups';
import { compareVersions, type RecordVersion } from '@layers/domain/redundancy/record';
import type { Entity } from '@layers/domain/redundancy/transaction';
import type { MemoryDocuments } from './memory-documents.ts';
import type { MemoryRows } from './memory-rows.ts';
import type { Operation } from './operations.ts';

/** Stores of a history that can be looked into past network and clocks. */
interface OpenStores {
  readonly group: Group;
  readonly control: Control | undefined;
  readonly rows: ReadonlyMap<string, { readonly memory: MemoryRows }>;
  readonly documents: ReadonlyMap<string, { readonly memory: MemoryDocuments }>;
  readonly incarnation: (store: string) => string | undefined;
}

/** What a store holds of a record, as it would come back from it: open journals count. */
export function heldBy(stores: OpenStores, store: string, id: string): RecordVersion | undefined {
  const { group, control } = stores;
  const row = stores.rows.get(store)?.memory.of(group.name).get('record', id);
  if (row?.kind === 'record') return row;
  const memory = stores.documents.get(store)?.memory;
  if (memory === undefined) return undefined;
  const folder = store === control?.follower ? String(control.era) : 'replica';
  const stored = memory.get(`${group.name}/${folder}/${id}.json`);
  let held = stored?.body.kind === 'record' ? stored.body.record : undefined;
  for (const [path, { body }] of memory.documents) {
    if (body.kind !== 'journal' || !path.startsWith(`${group.name}/`)) continue;
    for (const record of body.records) {
      if (record.id === id && (held === undefined || compareVersions(record, held) > 0)) held = record;
    }
  }
  return held;
}

/** Whether documents of any era would give back a record, or a later one: a rebuild that is not finished reads the last. */
export function isInSomeEra({ group, documents }: OpenStores, store: string, record: RecordVersion): boolean {
  for (const [path, { body }] of documents.get(store)?.memory.documents ?? []) {
    if (body.kind !== 'record' || !path.startsWith(`${group.name}/`)) continue;
    if (body.record.id === record.id && compareVersions(body.record, record) >= 0) return true;
  }
  return false;
}

/** Whether a store held a record, or a later one, when it was emptied or replaced by a backup. */
export function wasLostFrom(
  { group, rows, documents }: OpenStores,
  store: string,
  record: RecordVersion,
): boolean {
  const isThat = (held: RecordVersion): boolean =>
    held.id === record.id && compareVersions(held, record) >= 0;
  for (const tables of rows.get(store)?.memory.lost ?? []) {
    const row = tables.get(group.name)?.get('record')?.get(record.id);
    if (row?.kind === 'record' && isThat(row)) return true;
  }
  for (const lost of documents.get(store)?.memory.lost ?? []) {
    for (const [path, { body }] of lost) {
      if (!path.startsWith(`${group.name}/`)) continue;
      const records = body.kind === 'record' ? [body.record] : body.kind === 'journal' ? body.records : [];
      if (records.some(isThat)) return true;
    }
  }
  return false;
}

/** A strict group acknowledges and shows nothing that is in one store alone. */
export function breachesOfStrict(
  stores: OpenStores & { readonly forked: boolean },
  operation: Operation,
  seen: readonly (Entity | undefined)[],
): readonly string[] {
  const { control, group } = stores;
  if (group.policy !== 'strict' || control?.follower === undefined) return [];
  // What a rebuild reads is in the documents of the era before, too.
  if (stores.forked) return [];
  // What was in both when it was read may be gone from one by the time of the answer.
  if (stores.incarnation(control.follower) !== control.incarnations[control.follower]) return [];
  const breaches: string[] = [];
  if (operation.kind === 'write' && operation.mirror !== 'synced') {
    breaches.push(`op ${operation.id} was acknowledged as ${operation.mirror}`);
  }
  for (const entity of seen) {
    const row = entity && stores.rows.get(control.authority)?.memory.of(group.name).get('record', entity.id);
    if (row?.kind !== 'record' || row.ver !== entity?.version.ver || row.mver >= row.ver) continue;
    const held = heldBy(stores, control.follower, row.id);
    if (held === undefined || compareVersions(held, row) < 0) {
      breaches.push(`op ${operation.id} was shown ${row.id} ${row.ver}, which is in one store`);
    }
  }
  return breaches;
}
