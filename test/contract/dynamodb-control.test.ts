import { afterAll, describe, expect, test } from '@jest/globals';
import type { Control } from '@layers/domain/redundancy/control';
import { dynamodbClient } from '@layers/stores/clients';
import { DynamodbControl } from '@layers/stores/dynamodb-control';
import { makeControlTable, makeTable, removeTables } from './dynamodb-tables.ts';

const client = dynamodbClient();
const tables: string[] = [];

afterAll(async () => removeTables(client, tables));

async function openControl(): Promise<DynamodbControl> {
  const [table, logTable] = await Promise.all([makeControlTable(client), makeTable(client)]);
  tables.push(table, logTable);
  return new DynamodbControl(client, table, logTable);
}

function control(revision: number, changed: Partial<Control> = {}): Control {
  return {
    group: 'shop',
    revision,
    mode: 'NORMAL',
    epoch: 1,
    era: 1,
    sourceEra: undefined,
    authority: 'dynamodb-primary',
    follower: undefined,
    policy: 'available',
    incarnations: {},
    followerComplete: false,
    forced: false,
    changedAtMs: 5,
    inForceAtMs: undefined,
    ...changed,
  };
}

describe('The control rows in DynamoDB', () => {
  test('come back as they were written, absent members absent, each group its own', async () => {
    const store = await openControl();
    expect(await store.readControl('shop')).toBeUndefined();
    const full = {
      follower: 's3-documents',
      sourceEra: 3,
      incarnations: { 's3-documents': 'i1' },
      forced: true,
    };
    expect(await store.compareAndSet(control(1))).toBe(true);
    expect(await store.compareAndSet(control(1, { ...full, group: 'ledger' }))).toBe(true);
    expect(await store.readControl('shop')).toEqual(control(1));
    expect(await store.readControl('ledger')).toEqual(control(1, { ...full, group: 'ledger' }));
    expect(await store.compareAndSet(control(2, full))).toBe(true);
    expect(await store.compareAndSet(control(3))).toBe(true);
    expect(await store.readControl('shop')).toEqual(control(3));
  });

  test('change only from the revision before, and are created only once', async () => {
    const store = await openControl();
    expect(await store.compareAndSet(control(2))).toBe(false);
    expect(await store.compareAndSet(control(1))).toBe(true);
    expect(await store.compareAndSet(control(1))).toBe(false);
    expect(await store.compareAndSet(control(3))).toBe(false);
    expect((await store.readControl('shop'))?.revision).toBe(1);
  });

  test('let exactly one of many concurrent changes win', async () => {
    const store = await openControl();
    for (let revision = 1; revision <= 5; revision += 1) {
      const rivals = Array.from({ length: 8 }, (_, epoch) => control(revision, { epoch }));
      const results = await Promise.all(rivals.map(async (rival) => store.compareAndSet(rival)));
      const winners = rivals.filter((_, index) => results[index]);
      expect(winners).toHaveLength(1);
      expect(await store.readControl('shop')).toEqual(winners[0]);
    }
  });

  test('are unavailable, and nothing happened, where their table is gone', async () => {
    const store = new DynamodbControl(client, 'contract-none', 'contract-none');
    const gone = { name: 'StoreFailure', reason: 'unavailable', effect: 'none' };
    await expect(store.readControl('shop')).rejects.toMatchObject(gone);
    await expect(store.compareAndSet(control(1))).rejects.toMatchObject(gone);
  });
});
