import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { storeFailure } from '@layers/stores/store-failures';
import { type AwsRequest, readAwsRequest } from '../../../../../infra/emulator/faults/aws-request.ts';
import { makeFaultProxy } from '../../../../../infra/emulator/faults/fault-proxy.ts';
import { Faults } from '../../../../../infra/emulator/faults/faults.ts';
import type { Places } from '../../../../../infra/emulator/faults/places.ts';

/** A service behind the proxy: what it was asked is kept, and everything is answered with an empty object. */
const asked: { request: AwsRequest | undefined; host: string; authorization: string }[] = [];
let behind: Server;
let proxy: Server;
/** That of DynamoDB Local: unknown until it has started. */
let itemsPort: number | undefined;
let changes: boolean[] = [];
const faults = new Faults((any) => changes.push(any));
const stores: Record<string, { store: string; group?: string }> = {
  'primary-shop': { store: 'dynamodb-primary', group: 'shop' },
  'secondary-registry': { store: 'dynamodb-secondary', group: 'registry' },
  documents: { store: 's3-documents' },
};
const places: Places = {
  storeOf: (_service, name) => stores[name]?.store,
  groupOf: (name) => stores[name]?.group,
  isExempt: (name) => name === 'control',
};

const portOf = (server: Server) => (server.address() as AddressInfo).port;
const listening = (server: Server) =>
  new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));

beforeAll(async () => {
  behind = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const body = Buffer.concat(chunks);
      const { host = '', authorization = '' } = headers;
      asked.push({ request: readAwsRequest({ method, path, headers, body }), host, authorization });
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
    });
  });
  await listening(behind);
  proxy = makeFaultProxy({
    emulatorPort: portOf(behind),
    itemsPort: () => itemsPort,
    faults,
    places: () => Promise.resolve(places),
  });
  await listening(proxy);
});

afterAll(() => {
  for (const server of [proxy, behind]) {
    server.close();
    server.closeAllConnections();
  }
});

beforeEach(() => {
  faults.clearAll();
  asked.length = 0;
  itemsPort = undefined;
  changes = [];
});

function settings() {
  const endpoint = `http://127.0.0.1:${portOf(proxy)}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return { endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
}

const key = (id: string) => ({ pk: { S: 'record#orders' }, sk: { S: id } });

async function readRow(TableName: string): Promise<unknown> {
  return new DynamoDBClient(settings()).send(new GetItemCommand({ TableName, Key: key('u1/o1') }));
}

const transaction = new TransactWriteItemsCommand({
  TransactItems: [
    { Put: { TableName: 'primary-shop', Item: key('u1/o1') } },
    { ConditionCheck: { TableName: 'primary-shop', Key: key('u1/o2#000'), ConditionExpression: 'a = b' } },
  ],
});

async function transact(): Promise<unknown> {
  return new DynamoDBClient(settings()).send(transaction);
}

async function putDocument(): Promise<unknown> {
  const client = new S3Client({ ...settings(), forcePathStyle: true });
  const Key = 'shop/1/orders/u1/o1.json';
  return client.send(new PutObjectCommand({ Bucket: 'documents', Key, Body: '{}', IfNoneMatch: '*' }));
}

/** How the stores' adapters take a failed call. */
async function failureOf(run: () => Promise<unknown>) {
  const error: unknown = await run().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) return 'none';
  const { reason, effect } = storeFailure('store', error);
  return `${reason}, effect ${effect}`;
}

describe('a request to AWS', () => {
  test('is known by its operation, its tables and its records, those of a transaction too', async () => {
    await transact();
    expect(asked[0]?.request).toEqual({
      service: 'dynamodb',
      operation: 'TransactWriteItems',
      places: ['primary-shop'],
      ids: ['orders/u1/o1', 'orders/u1/o2'],
      actions: 2,
    });
  });

  test('is known by its bucket and its document, and a list by its prefix', async () => {
    await putDocument();
    const client = new S3Client({ ...settings(), forcePathStyle: true });
    await client
      .send(new ListObjectsV2Command({ Bucket: 'documents', Prefix: 'shop/1/txn/' }))
      .catch(() => undefined);
    expect(asked.map(({ request }) => [request?.operation, request?.places, request?.ids])).toEqual([
      ['PutObject', ['documents'], ['shop/1/orders/u1/o1.json']],
      ['ListObjectsV2', ['documents'], ['shop/1/txn/']],
    ]);
  });

  test('is known by its queue', async () => {
    const client = new SQSClient({ ...settings(), useQueueUrlAsEndpoint: false, md5: false });
    const QueueUrl = 'http://elsewhere/000000000000/changes';
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
    expect(asked[0]?.request).toMatchObject({
      service: 'sqs',
      operation: 'SendMessage',
      places: ['changes'],
    });
  });
});

describe('the fault proxy', () => {
  test('hands requests on as they came, the signed Host included', async () => {
    await readRow('primary-shop');
    expect(asked[0]?.host).toBe(`127.0.0.1:${portOf(proxy)}`);
    expect(asked[0]?.authorization).toMatch(/SignedHeaders=[^,]*;host;/);
  });

  test('asks DynamoDB Local for items, in the name under which LocalStack keeps them, and LocalStack for the rest', async () => {
    const named: string[] = [];
    const items = createServer((request, response) => {
      named.push(String(request.headers.authorization));
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
    });
    await listening(items);
    itemsPort = portOf(items);
    await readRow('primary-shop');
    await new DynamoDBClient(settings()).send(new ListTablesCommand({}));
    items.close();
    items.closeAllConnections();
    expect(named).toEqual([
      expect.stringMatching(/Credential=000000000000useast1\/\d{8}\/us-east-1\/dynamodb\//),
    ]);
    expect(asked.map(({ request }) => request?.operation)).toEqual(['ListTables']);
  });

  test.each([
    ['down', 'unavailable, effect unknown', 0],
    ['drop-request', 'unavailable, effect unknown', 0],
    ['drop-reply', 'unavailable, effect unknown', 1],
    ['error', 'unavailable, effect unknown', 0],
    ['delay', 'none', 1],
  ] as const)('%s: the adapter sees "%s", and the store was asked %i times', async (kind, seen, times) => {
    faults.add({ store: 'dynamodb', kind, ...(kind === 'delay' ? { delayMs: 30 } : {}) });
    const startedAt = performance.now();
    expect(await failureOf(() => readRow('primary-shop'))).toBe(seen);
    if (kind === 'delay') expect(performance.now() - startedAt).toBeGreaterThanOrEqual(29);
    expect(asked).toHaveLength(times);
  });

  test('hang: no answer ever comes, and the store is not asked', async () => {
    faults.add({ store: 'dynamodb', kind: 'hang' });
    const requestHandler = { requestTimeout: 100, throwOnRequestTimeout: true };
    const client = new DynamoDBClient({ ...settings(), requestHandler });
    const read = new GetItemCommand({ TableName: 'primary-shop', Key: key('u1/o1') });
    expect(await failureOf(() => client.send(read))).toBe('timeout, effect unknown');
    expect(asked).toHaveLength(0);
  });

  test('conflict: a cancelled transaction and S3’s 409, which the emulator itself never says', async () => {
    faults.add({ store: 'dynamodb', kind: 'conflict' });
    faults.add({ store: 's3', kind: 'conflict' });
    await expect(transact()).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
    });
    await expect(putDocument()).rejects.toMatchObject({
      name: 'ConditionalRequestConflict',
      $metadata: { httpStatusCode: 409 },
    });
  });

  test.each([
    [{ store: 'dynamodb' }, true],
    [{ store: 'dynamodb-primary' }, true],
    [{ store: 'dynamodb-secondary' }, false],
    [{ store: 's3' }, false],
    [{ store: 'dynamodb', only: 'shop' }, true],
    [{ store: 'dynamodb', only: 'registry' }, false],
    [{ store: 'dynamodb', only: 'orders' }, true],
    [{ store: 'dynamodb', only: 'products' }, false],
    [{ store: 'dynamodb', operation: 'TransactWriteItems' }, true],
    [{ store: 'dynamodb', operation: 'PutItem' }, false],
    [{ store: 'dynamodb', key: 'o2' }, true],
    [{ store: 'dynamodb', key: 'o3' }, false],
  ])('a fault of %j meets a transaction on orders of the shop: %s', async (selected, isMet) => {
    faults.add({ ...selected, kind: 'down' });
    expect((await failureOf(transact)) !== 'none').toBe(isMet);
  });

  test.each([
    [{ store: 's3-documents', only: 'shop' }, true],
    [{ store: 's3', only: 'orders' }, true],
    [{ store: 's3', only: 'ledger' }, false],
    [{ store: 's3-replica' }, false],
  ])('a fault of %j meets the document of an order: %s', async (selected, isMet) => {
    faults.add({ ...selected, kind: 'error' });
    expect((await failureOf(putDocument)) !== 'none').toBe(isMet);
  });

  test('never touches the third place', async () => {
    faults.add({ store: 'dynamodb', kind: 'down' });
    expect(await failureOf(() => readRow('control'))).toBe('none');
  });

  test('ends a fault after its count, and says when none is left', async () => {
    faults.add({ store: 'dynamodb', kind: 'down', count: 2 });
    const seen = [];
    for (let time = 0; time < 3; time += 1) seen.push(await failureOf(() => readRow('primary-shop')));
    expect(seen.map((failure) => failure !== 'none')).toEqual([true, true, false]);
    expect(changes).toEqual([true, false]);
    expect(faults.list()).toEqual([]);
  });

  test('refuses a store, a group or a type of records that there is not, and names those there are', () => {
    expect(() => faults.add({ store: 'dynamo', kind: 'down' })).toThrow(/dynamodb-primary/);
    expect(() => faults.add({ store: 's3', kind: 'down', only: 'shops' })).toThrow(/shop, products/);
  });
});
