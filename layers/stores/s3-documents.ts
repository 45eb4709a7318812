import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { DocumentBody } from '@layers/domain/redundancy/documents';
import {
  type DocumentExpectation,
  type DocumentStore,
  type ListedDocument,
  type Page,
  type PageRequest,
  type PutResult,
  type StoredDocument,
  StoreFailure,
} from '@layers/domain/redundancy/store';
import { documentText, parseDocument } from './document-json.ts';
import { storeFailure } from './store-failures.ts';
import { type ReadTrace, untraced } from './trace.ts';

/** S3's answers to a conditional put that mean: nothing was written, and why. */
const refusals: Readonly<Record<string, 'precondition-failed' | 'not-found' | 'conflict'>> = {
  PreconditionFailed: 'precondition-failed',
  NoSuchKey: 'not-found',
  ConditionalRequestConflict: 'conflict',
};

/** JSON documents in one bucket; a document's tag is its ETag. */
export class S3Documents implements DocumentStore {
  private readonly client: S3Client;
  private readonly store: string;
  private readonly bucket: string;
  private readonly trace: ReadTrace;

  constructor(client: S3Client, store: string, bucket: string, trace: ReadTrace = untraced) {
    this.client = client;
    this.store = store;
    this.bucket = bucket;
    this.trace = trace;
  }

  async getDocument(path: string): Promise<StoredDocument | undefined> {
    let text: string;
    let tag: string | undefined;
    try {
      const answer = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: path }));
      tag = answer.ETag;
      text = (await answer.Body?.transformToString('utf8')) ?? '';
    } catch (error) {
      if (nameOf(error) === 'NoSuchKey') return undefined;
      throw storeFailure(this.store, error);
    }
    try {
      return { body: parseDocument(text), tag: requireTag(tag) };
    } catch (error) {
      // A document of somebody else's making: the store is not to be used.
      throw new StoreFailure(this.store, 'unavailable', 'none', { cause: error });
    }
  }

  async putDocument(path: string, body: DocumentBody, expect: DocumentExpectation): Promise<PutResult> {
    const condition = expect === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: expect.tag };
    const traceparent = this.trace();
    // Beside the bytes, so that the same version has the same tag whoever wrote it.
    const Metadata = traceparent === undefined ? undefined : { traceparent };
    try {
      const { ETag } = await this.client.send(
        new PutObjectCommand({
          Bucket: this.bucket,
          Key: path,
          Body: documentText(body),
          ContentType: 'application/json',
          Metadata,
          ...condition,
        }),
      );
      return { stored: true, tag: requireTag(ETag) };
    } catch (error) {
      const why = refusals[nameOf(error)];
      if (why !== undefined) return { stored: false, why };
      throw storeFailure(this.store, error);
    }
  }

  async listDocuments(prefix: string, page: PageRequest): Promise<Page<ListedDocument>> {
    try {
      const { Contents = [], IsTruncated } = await this.client.send(
        new ListObjectsV2Command({
          Bucket: this.bucket,
          Prefix: prefix,
          MaxKeys: page.limit,
          StartAfter: page.cursor,
        }),
      );
      const items = Contents.map(({ Key = '', ETag }) => ({ path: Key, tag: requireTag(ETag) }));
      return { items, next: IsTruncated === true ? items.at(-1)?.path : undefined };
    } catch (error) {
      throw storeFailure(this.store, error);
    }
  }

  async deleteDocument(path: string): Promise<void> {
    try {
      await this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: path }));
    } catch (error) {
      throw storeFailure(this.store, error);
    }
  }

  /** S3's ETag of an object that was put whole and not encrypted with a KMS key: the MD5 of its bytes, quoted. */
  expectedTag(body: DocumentBody): string {
    return `"${createHash('md5').update(documentText(body)).digest('hex')}"`;
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function requireTag(tag: string | undefined): string {
  if (tag === undefined) throw new Error('S3 gave no ETag.');
  return tag;
}
