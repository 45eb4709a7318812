import { randomUUID } from 'node:crypto';
import {
  BucketVersioningStatus,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, describe, expect, test } from '@jest/globals';
import { s3Client } from '@layers/stores/clients';
import { S3Documents } from '@layers/stores/s3-documents';
import { describeDocumentStore } from './document-store.suite.ts';

const client = s3Client();
const buckets: string[] = [];

/** As infra makes them: with versions. */
async function makeBucket(): Promise<string> {
  const Bucket = `contract-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket }));
  const VersioningConfiguration = { Status: BucketVersioningStatus.Enabled };
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  buckets.push(Bucket);
  return Bucket;
}

async function removeBucket(Bucket: string): Promise<void> {
  const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
  const Objects = [...Versions, ...DeleteMarkers].map(({ Key = '', VersionId }) => ({ Key, VersionId }));
  if (Objects.length > 0) await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  await client.send(new DeleteBucketCommand({ Bucket }));
}

afterAll(async () => {
  for (const bucket of buckets) await removeBucket(bucket);
});

describeDocumentStore('S3', async () => new S3Documents(client, 's3-documents', await makeBucket()));

describe('S3 as a document store that is not in order', () => {
  test('is unavailable, and nothing happened, where its bucket is gone', async () => {
    const store = new S3Documents(client, 's3-documents', `contract-${randomUUID()}`);
    const gone = { name: 'StoreFailure', store: 's3-documents', reason: 'unavailable', effect: 'none' };
    const body = { kind: 'incarnation', incarnation: 'i' } as const;
    await expect(store.getDocument('a.json')).rejects.toMatchObject(gone);
    await expect(store.putDocument('a.json', body, 'absent')).rejects.toMatchObject(gone);
    await expect(store.putDocument('a.json', body, { tag: '"0"' })).rejects.toMatchObject(gone);
    await expect(store.listDocuments('a', { cursor: undefined, limit: 1 })).rejects.toMatchObject(gone);
    await expect(store.deleteDocument('a.json')).rejects.toMatchObject(gone);
  });

  test.each([' ', 'not JSON', '{"kind":"record"}', '{"kind":"other"}'])(
    'is unavailable where a document reads %j',
    async (Body) => {
      const Bucket = await makeBucket();
      await client.send(new PutObjectCommand({ Bucket, Key: 'a.json', Body }));
      await expect(
        new S3Documents(client, 's3-documents', Bucket).getDocument('a.json'),
      ).rejects.toMatchObject({
        name: 'StoreFailure',
        reason: 'unavailable',
      });
    },
  );
});
