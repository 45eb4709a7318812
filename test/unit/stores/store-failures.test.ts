import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { clientSettings } from '@layers/stores/clients';
import { DynamodbRows } from '@layers/stores/dynamodb-rows';
import { S3Documents } from '@layers/stores/s3-documents';
import { AnsweringServer, garbage, hang, json, reset, stall, xml } from './answering-server.ts';

const quick = {
  ...clientSettings.requestHandler,
  connectionTimeout: 200,
  requestTimeout: 200,
  socketTimeout: 200,
};
const settings = (endpoint: string) => ({
  ...clientSettings,
  requestHandler: quick,
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

let server: AnsweringServer;
let dynamodb: DynamoDBClient;
let s3: S3Client;
let rows: DynamodbRows;
let documents: S3Documents;

beforeEach(async () => {
  server = new AnsweringServer();
  const endpoint = await server.listen();
  dynamodb = new DynamoDBClient(settings(endpoint));
  s3 = new S3Client({ ...settings(endpoint), forcePathStyle: true });
  rows = new DynamodbRows(dynamodb, 'rows', { shop: 'table' });
  documents = new S3Documents(s3, 'documents', 'bucket');
});

afterEach(async () => {
  dynamodb.destroy();
  s3.destroy();
  await server.close();
});

const fence = { kind: 'fence', id: '1' } as const;
const write = async (store = rows) =>
  store.writeRows('shop', [{ type: 'check', target: fence, expect: 'absent' }]);
const put = async (store = documents) =>
  store.putDocument('a.json', { kind: 'incarnation', incarnation: 'i' }, { tag: '"0"' });
/** Where a server was that is closed again. */
async function endpointOf(closed: AnsweringServer): Promise<string> {
  const endpoint = await closed.listen();
  await closed.close();
  return endpoint;
}

const failure = (reason: string, effect: string) => ({ name: 'StoreFailure', reason, effect });

describe('A call to DynamoDB that brings no answer', () => {
  test.each([
    ['hangs', hang, 'timeout', 'unknown'],
    ['is cut after the request was read', reset, 'unavailable', 'unknown'],
    ['answers what is no JSON', garbage, 'unavailable', 'unknown'],
    ['answers 500', json(500, 'InternalServerError'), 'unavailable', 'unknown'],
    ['answers 503', json(503, 'ServiceUnavailable'), 'unavailable', 'unknown'],
    ['is throttled', json(400, 'ProvisionedThroughputExceededException'), 'unavailable', 'none'],
    ['is throttled at large', json(400, 'ThrottlingException'), 'unavailable', 'none'],
    ['has no table', json(400, 'ResourceNotFoundException'), 'unavailable', 'none'],
    ['is found invalid', json(400, 'ValidationException'), 'unavailable', 'none'],
    ['is forbidden', json(400, 'AccessDeniedException'), 'unavailable', 'none'],
    ['is the same request twice at once', json(400, 'TransactionInProgressException'), 'conflict', 'unknown'],
    ['meets a transaction', json(400, 'TransactionConflictException'), 'conflict', 'none'],
    [
      'is cancelled for throughput',
      json(400, 'TransactionCanceledException', { CancellationReasons: [{ Code: 'ThrottlingError' }] }),
      'unavailable',
      'none',
    ],
  ] as const)('that %s', async (_, answer, reason, effect) => {
    server.answer = answer;
    await expect(write()).rejects.toMatchObject({ ...failure(reason, effect), store: 'rows' });
    expect(server.requests).toBe(1);
  });

  test('of a read that meets a transaction is a conflict without effect', async () => {
    const CancellationReasons = [{ Code: 'TransactionConflict' }];
    server.answer = json(400, 'TransactionCanceledException', { CancellationReasons });
    await expect(rows.readRows('shop', [fence])).rejects.toMatchObject(failure('conflict', 'none'));
  });

  test('of a write that meets a transaction is a refusal', async () => {
    const CancellationReasons = [{ Code: 'TransactionConflict' }];
    server.answer = json(400, 'TransactionCanceledException', { CancellationReasons });
    expect(await write()).toEqual({
      applied: false,
      refusals: [{ index: 0, why: 'conflict', row: undefined }],
    });
  });
});

describe('A call that never connected', () => {
  const program = fileURLToPath(new URL('./call-endpoint.ts', import.meta.url));
  const callEndpoint = async (endpoint: string): Promise<unknown> =>
    JSON.parse((await promisify(execFile)(process.execPath, [program, endpoint])).stdout);
  const rejected = (store: string, reason: string) => ({
    status: 'rejected',
    reason: { name: 'StoreFailure', store, reason, effect: 'none' },
  });

  test('had no effect: nobody listens', async () => {
    const address = await endpointOf(new AnsweringServer());
    expect(await callEndpoint(address)).toMatchObject([
      rejected('rows', 'unavailable'),
      rejected('documents', 'unavailable'),
    ]);
  });

  test('had no effect: the name does not resolve', async () => {
    expect(await callEndpoint('http://nowhere.invalid')).toMatchObject([
      rejected('rows', 'unavailable'),
      rejected('documents', 'unavailable'),
    ]);
  });
});

describe('A call to S3 that brings no answer', () => {
  test.each([
    ['hangs', hang, 'timeout', 'unknown'],
    ['is cut after the request was read', reset, 'unavailable', 'unknown'],
    ['answers 500', xml(500, 'InternalError'), 'unavailable', 'unknown'],
    ['answers 503', xml(503, 'SlowDown'), 'unavailable', 'unknown'],
    ['has no bucket', xml(404, 'NoSuchBucket'), 'unavailable', 'none'],
    ['is forbidden', xml(403, 'AccessDenied'), 'unavailable', 'none'],
  ] as const)('that %s', async (_, answer, reason, effect) => {
    server.answer = answer;
    await expect(put()).rejects.toMatchObject({ ...failure(reason, effect), store: 'documents' });
    expect(server.requests).toBe(1);
  });

  test.each([
    ['conflict', xml(409, 'ConditionalRequestConflict')],
    ['precondition-failed', xml(412, 'PreconditionFailed')],
    ['not-found', xml(404, 'NoSuchKey')],
  ] as const)('because of its condition is no failure but %s', async (why, answer) => {
    server.answer = answer;
    expect(await put()).toEqual({ stored: false, why });
  });

  test('that stalls in the middle of a document ends all the same', async () => {
    server.answer = stall;
    await expect(documents.getDocument('a.json')).rejects.toMatchObject({
      name: 'StoreFailure',
      effect: 'unknown',
    });
  });
});
