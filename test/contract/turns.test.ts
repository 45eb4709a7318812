import { afterAll, describe, expect, test } from '@jest/globals';
import { dynamodbClient } from '@layers/stores/clients';
import { Turns } from '@layers/stores/turns';
import { makeTable, removeTables } from './dynamodb-tables.ts';

const client = dynamodbClient();
const tables: string[] = [];

afterAll(async () => removeTables(client, tables));

describe('A turn', () => {
  test('is one holder’s until it is over, and again its own; a silent store gives it to everybody', async () => {
    const table = await makeTable(client);
    tables.push(table);
    let nowMs = 1_000_000;
    const done: string[] = [];
    const by = (holder: string, name = table) => {
      const turns = new Turns(client, name, holder, () => nowMs);
      return async () =>
        turns.during('probe#shop', async () => {
          done.push(holder);
          await Promise.resolve();
        });
    };
    const [one, other] = [by('one'), by('other')];
    await one();
    await other();
    await one();
    expect(done).toEqual(['one', 'one']);
    nowMs += 60_000;
    await other();
    await one();
    expect(done).toEqual(['one', 'one', 'other']);
    await by('third', 'no-such-table')();
    expect(done.at(-1)).toBe('third');
  });

  test('ends with its work, whatever came of that', async () => {
    const turns = new Turns(client, 'no-such-table', 'one', () => 0);
    await expect(turns.during('x', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});
