import type { RecordVersion } from './record.ts';

/** A record's version: `<group>/<folder>/<record id>.json`. The canonical bytes contain every field of the version. */
export interface RecordDocument {
  readonly kind: 'record';
  readonly record: RecordVersion;
}

/** A transaction of several records, whole: its commit point in a document store. `<group>/<folder>/txn/<op>.json`. */
export interface JournalDocument {
  readonly kind: 'journal';
  readonly op: string;
  readonly committedAtMs: number;
  readonly records: readonly RecordVersion[];
}

/** The end of an era, naming the journals (ops) that count; a later one is divergence. `<group>/<folder>/CLOSED.json`. */
export interface ClosedDocument {
  readonly kind: 'closed';
  readonly acceptedOps: readonly string[];
}

/** Which making of the store this is. `<group>/INCARNATION.json`. */
export interface IncarnationDocument {
  readonly kind: 'incarnation';
  readonly incarnation: string;
}

export type DocumentBody = RecordDocument | JournalDocument | ClosedDocument | IncarnationDocument;

/** Records of an era; replicas keep theirs in the folder `replica`, which no era touches. */
export function recordPath(group: string, folder: string, id: string): string {
  return `${group}/${folder}/${id}.json`;
}

export function recordIdOf(path: string, group: string, folder: string): string {
  return path.slice(group.length + folder.length + 2, -'.json'.length);
}

export function journalPrefix(group: string, folder: string): string {
  return `${group}/${folder}/txn/`;
}

export function journalPath(group: string, folder: string, op: string): string {
  return `${journalPrefix(group, folder)}${op}.json`;
}

export function closedPath(group: string, folder: string): string {
  return `${group}/${folder}/CLOSED.json`;
}

export function incarnationPath(group: string): string {
  return `${group}/INCARNATION.json`;
}
