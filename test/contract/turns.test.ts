import { afterAll, describe, expect, test } from '@jest/globals';
import { dynamodbClient } from '@layers/stores/clients';
import { Turns } from '@layers/stores/turns';
import { makeTable, removeTables } from './dynamodb-tables.ts';

const client = dynamodbClient();
const tables: string[] = [];

afterAll(async () => removeTables(client, tables));

describe('A turn', () => {
  test('is one holder’s until its work is done or its time is over; a silent store gives it to everybody', async () => {
    const table = await makeTable(client);
    tables.push(table);
    let nowMs = 1_000_000;
    const done: string[] = [];
    const by = (holder: string, name = table) => {
      const turns = new Turns(client, name, holder, () => nowMs);
      return async (meanwhile = () => Promise.resolve()) =>
        turns.during('probe#shop', async () => {
          done.push(holder);
          await meanwhile();
        });
    };
    const [one, other] = [by('one'), by('other')];
    await one(other);
    expect(done).toEqual(['one']);
    await other();
    expect(done).toEqual(['one', 'other']);
    await one(async () => {
      // Its holder was ended: nobody gives the turn back.
      nowMs += 60_000;
      await other(one);
    });
    expect(done).toEqual(['one', 'other', 'one', 'other']);
    await by('third', 'no-such-table')();
    expect(done.at(-1)).toBe('third');
  });

  test('ends with its work, whatever came of that', async () => {
    const turns = new Turns(client, 'no-such-table', 'one', () => 0);
    await expect(turns.during('x', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});
