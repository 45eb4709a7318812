import type { DocumentBody } from '@layers/domain/redundancy/documents';
import type { RecordVersion } from '@layers/domain/redundancy/record';
import type {
  DocumentExpectation,
  ListedDocument,
  Page,
  PageRequest,
  PutResult,
  StoredDocument,
} from '@layers/domain/redundancy/store';
import { pageOf } from './memory-rows.ts';

/** What S3 does at the moment it serves a request: conditional puts by ETag, one bucket. 409 is the network's to add. */
export class MemoryDocuments {
  documents = new Map<string, StoredDocument>();
  /** What it held each time that it was emptied or replaced by a backup. */
  readonly lost: ReadonlyMap<string, StoredDocument>[] = [];
  /** By group. */
  readonly watches = new Map<string, (body: DocumentBody) => void>();

  wipe(): void {
    this.lost.push(this.documents);
    this.documents = new Map();
  }

  backup(): ReadonlyMap<string, StoredDocument> {
    return new Map(this.documents);
  }

  restore(backup: ReadonlyMap<string, StoredDocument>): void {
    this.lost.push(this.documents);
    this.documents = new Map(backup);
  }

  get(path: string): StoredDocument | undefined {
    return this.documents.get(path);
  }

  put(path: string, body: DocumentBody, expect: DocumentExpectation): PutResult {
    const held = this.documents.get(path);
    if (expect === 'absent') {
      if (held !== undefined) return { stored: false, why: 'precondition-failed' };
    } else if (held === undefined) return { stored: false, why: 'not-found' };
    else if (held.tag !== expect.tag) return { stored: false, why: 'precondition-failed' };
    const tag = tagOf(body);
    this.documents.set(path, { body, tag });
    if (this.watches.size > 0) this.watches.get(path.slice(0, path.indexOf('/')))?.(body);
    return { stored: true, tag };
  }

  list(prefix: string, page: PageRequest): Page<ListedDocument> {
    const found: ListedDocument[] = [];
    for (const [path, { tag }] of this.documents) if (path.startsWith(prefix)) found.push({ path, tag });
    found.sort((one, other) => (one.path < other.path ? -1 : 1));
    return pageOf(found, ({ path }) => path, page);
  }

  delete(path: string): void {
    this.documents.delete(path);
  }
}

/** Stands for the MD5 of the canonical bytes: equal exactly when all fields are, and much cheaper. */
export function tagOf(body: DocumentBody): string {
  switch (body.kind) {
    case 'record':
      return tagOfRecord(body.record);
    case 'journal':
      return `${body.op} ${body.records.map(tagOfRecord).join(' ')}`;
    case 'closed':
      return `closed ${body.acceptedOps.join(' ')}`;
    case 'incarnation':
      return `incarnation ${body.incarnation}`;
  }
}

function tagOfRecord({ id, epoch, ver, op, prevOp, deleted, image, keyedWrites }: RecordVersion): string {
  let tag = `${id} ${epoch} ${ver} ${op} ${prevOp} ${deleted} ${image}`;
  for (const write of keyedWrites) tag += ` ${write.id} ${write.op}`;
  return tag;
}
