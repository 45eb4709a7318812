import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, describe, expect, test } from '@jest/globals';
import { dynamodbClient } from '@layers/stores/clients';
import { DynamodbRows } from '@layers/stores/dynamodb-rows';
import { makeTable, removeTables } from './dynamodb-tables.ts';
import { describeRowStore } from './row-store.suite.ts';
import {
  create,
  first,
  group,
  openTransaction,
  order,
  readAll,
  record,
  replace,
  tombstone,
  writeAll,
} from './rows.ts';

const client = dynamodbClient();
const tables: string[] = [];

afterAll(async () => removeTables(client, tables));

describeRowStore('DynamoDB', async () => {
  const table = await makeTable(client);
  tables.push(table);
  return new DynamodbRows(client, 'dynamodb-primary', { [group]: table });
}, [1, 2, 7]);

async function openTable(): Promise<{ table: string; store: DynamodbRows }> {
  const table = await makeTable(client);
  tables.push(table);
  return { table, store: new DynamodbRows(client, 'dynamodb-primary', { [group]: table }) };
}

describe('DynamoDB as a row store, at its limits', () => {
  const tooLarge = { name: 'Problem', kind: 'payload-too-large' };

  test('refuses more than 100 items, lines counted, before it writes any', async () => {
    const { store } = await openTable();
    const orders = [1, 2, 3].map((user) => order(`u${user}/o`, 25));
    const stock = Array.from({ length: 23 }, (_, index) => record(`stock/p${index}`, 1));
    await expect(writeAll(store, ...[...orders, ...stock].map(create))).rejects.toMatchObject(tooLarge);
    expect(await readAll(store, ...stock)).toEqual(stock.map(() => undefined));
    expect(await writeAll(store, ...[...orders, ...stock.slice(1)].map(create))).toEqual({ applied: true });
    expect(await readAll(store, ...orders)).toEqual(orders);
    const fourth = order('u4/o', 25);
    await writeAll(store, create(fourth));
    await expect(readAll(store, ...orders, fourth)).rejects.toMatchObject(tooLarge);
    const many = Array.from({ length: 101 }, (_, index) => record(`carts/c${index}`, 1));
    await expect(readAll(store, ...many)).rejects.toMatchObject(tooLarge);
  });

  test('refuses more than 4 MB before it writes any', async () => {
    const { store } = await openTable();
    const rows = Array.from({ length: 12 }, (_, index) =>
      record(`products/p${index}`, 1, { text: 'x'.repeat(349_000) }),
    );
    await expect(writeAll(store, ...rows.map(create))).rejects.toMatchObject(tooLarge);
    expect(await readAll(store, ...rows.slice(0, 2))).toEqual([undefined, undefined]);
  });

  test('refuses a transaction that names a row twice, before it writes any', async () => {
    const { store } = await openTable();
    const [one, two] = [record('stock/p1', 1), record('stock/p2', 1)];
    await expect(writeAll(store, create(two), create(one), create(one))).rejects.toThrow('names a row twice');
    expect(await readAll(store, one, two)).toEqual([undefined, undefined]);
  });

  test('refuses a cursor that no list gave', async () => {
    const { store } = await openTable();
    const refused = { name: 'Problem', kind: 'invalid-request' };
    for (const cursor of ['none', '', 'bnVsbA'])
      await expect(store.scanRecords(group, 0, 1, { cursor, limit: 5 })).rejects.toMatchObject(refused);
  });
});

describe('DynamoDB as a row store that is not in order', () => {
  test('is unavailable, and nothing happened, where its table is gone', async () => {
    const store = new DynamodbRows(client, 'dynamodb-primary', { [group]: 'contract-none' });
    const gone = { name: 'StoreFailure', store: 'dynamodb-primary', reason: 'unavailable', effect: 'none' };
    await expect(readAll(store, record('stock/p1', 1))).rejects.toMatchObject(gone);
    await expect(writeAll(store, create(record('stock/p1', 1)))).rejects.toMatchObject(gone);
    await expect(store.queryRecords(group, 'stock/', first(1))).rejects.toMatchObject(gone);
    await expect(store.scanRecords(group, 0, 1, first(1))).rejects.toMatchObject(gone);
    await expect(store.openTransactions(group, 1, first(1))).rejects.toMatchObject(gone);
  });

  test('is unavailable where an item is none of its own', async () => {
    const { table, store } = await openTable();
    const Item = { pk: { S: 'record#stock' }, sk: { S: 'p1' }, kind: { S: 'record' }, id: { S: 'stock/p1' } };
    await client.send(new PutItemCommand({ TableName: table, Item }));
    const broken = { name: 'StoreFailure', reason: 'unavailable', effect: 'none' };
    await expect(readAll(store, record('stock/p1', 1))).rejects.toMatchObject(broken);
    await expect(writeAll(store, create(record('stock/p1', 1)))).rejects.toMatchObject(broken);
    await expect(store.queryRecords(group, 'stock/', first(5))).rejects.toMatchObject(broken);
  });
});

describe('The layout of a table', () => {
  const itemAt = async (TableName: string, pk: string, sk: string) => {
    const Key = { pk: { S: pk }, sk: { S: sk } };
    return (await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item;
  };

  test('keeps an order as a header and a line item for each product, in maps that DynamoDB can filter', async () => {
    const { table, store } = await openTable();
    await writeAll(store, create(order('u1/o1', 2, 3)));
    expect(await itemAt(table, 'record#orders', 'u1/o1')).toMatchObject({
      ver: { N: '3' },
      linesCount: { N: '2' },
      entity: { M: { status: { S: 'at 3' } } },
    });
    expect(await itemAt(table, 'record#orders', 'u1/o1#001')).toMatchObject({
      value: { M: { productId: { S: 'p1' }, quantity: { N: '3' } } },
    });
  });

  test('lets the time to live drop idempotency rows and finished transactions alone', async () => {
    const { table, store } = await openTable();
    const keyed = {
      kind: 'idempotency',
      id: 'k',
      payloadHash: 'h',
      op: 'o',
      answer: 'a',
      expiresAtMs: 5_001,
    } as const;
    await writeAll(store, create(keyed), create(openTransaction('t', 1)), create(record('stock/p1', 1)));
    expect((await itemAt(table, 'idempotency#k', 'idempotency'))?.expiresAt).toEqual({ N: '6' });
    const before = await itemAt(table, 'transaction#t', 'transaction');
    expect([before?.expiresAt, before?.open]).toEqual([undefined, { S: 'open' }]);
    const set = { mirrored: true, sent: true, expiresAtMs: 7_000 };
    const target = { kind: 'transaction', id: 't' } as const;
    await writeAll(store, { type: 'update', target, set, expect: { id: 't' } });
    const after = await itemAt(table, 'transaction#t', 'transaction');
    expect([after?.expiresAt, after?.open]).toEqual([{ N: '7' }, undefined]);
    await writeAll(store, replace(tombstone('stock/p1', 2)));
    expect((await itemAt(table, 'record#stock', 'p1'))?.expiresAt).toBeUndefined();
  });
});
