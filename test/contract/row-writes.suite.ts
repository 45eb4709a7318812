import { describe, expect, test } from '@jest/globals';
import type { Action } from '@layers/domain/redundancy/rows';
import type { RowStore } from '@layers/domain/redundancy/store';
import {
  create,
  first,
  group,
  openTransaction,
  order,
  readAll,
  record,
  replace,
  target,
  writeAll,
} from './rows.ts';

/** How a row store decides. `open` gives an empty store that nobody else uses. */
export function describeRowWrites(name: string, open: () => Promise<RowStore>): void {
  describe(`${name} as a row store`, () => {
    test('writes nothing when one expectation of many fails, and says which, with the row that is there', async () => {
      const store = await open();
      const [held, stock] = [record('products/p1', 3), record('stock/p1', 1)];
      await writeAll(store, create(held), create(stock));
      const refused = await writeAll(
        store,
        replace(record('stock/p1', 2)),
        create(record('products/p1', 1)),
        { type: 'check', target: { kind: 'fence', id: '1' }, expect: { epoch: 1, stage: 'mirrored' } },
        create(record('products/p2', 1)),
      );
      expect(refused).toEqual({
        applied: false,
        refusals: [
          { index: 1, why: 'condition', row: held },
          { index: 2, why: 'condition', row: undefined },
        ],
      });
      expect(await readAll(store, held, stock, record('products/p2', 1))).toEqual([held, stock, undefined]);
    });

    test('expects a row to be there where it expects anything of it', async () => {
      const store = await open();
      const absent = record('products/p1', 1);
      const actions: Action[] = [
        { type: 'put', row: absent, expect: {} },
        { type: 'update', target: target(absent), set: { mver: 1 }, expect: {} },
        { type: 'check', target: target(absent), expect: {} },
      ];
      for (const action of actions)
        expect(await writeAll(store, action)).toEqual({
          applied: false,
          refusals: [{ index: 0, why: 'condition', row: undefined }],
        });
      expect(await writeAll(store, { type: 'check', target: target(absent), expect: 'absent' })).toEqual({
        applied: true,
      });
      expect(await readAll(store, absent)).toEqual([undefined]);
    });

    test('updates the attributes that are named and leaves the others', async () => {
      const store = await open();
      const [held, open1] = [{ ...order('u1/o1', 3), mver: 0 }, openTransaction('t', 5)];
      await writeAll(store, create(held), create(open1));
      const marks: Action[] = [
        { type: 'update', target: target(held), set: { mver: 1 }, expect: { epoch: 1, ver: 1, op: held.op } },
        { type: 'update', target: target(open1), set: { mirrored: true }, expect: { id: 't', sent: false } },
      ];
      expect(await writeAll(store, ...marks)).toEqual({ applied: true });
      expect(await readAll(store, held, open1)).toEqual([
        { ...held, mver: 1 },
        { ...open1, mirrored: true },
      ]);
    });

    test('compares every attribute that is named, not one of them', async () => {
      const store = await open();
      const held = record('products/p1', 2);
      await writeAll(store, create(held));
      for (const expect_ of [
        { epoch: 2, ver: 2 },
        { epoch: 1, ver: 1 },
        { epoch: 1, ver: 2, op: 'another' },
        { mver: 1, ver: 2 },
      ])
        expect(await writeAll(store, { type: 'check', target: target(held), expect: expect_ })).toEqual({
          applied: false,
          refusals: [{ index: 0, why: 'condition', row: held }],
        });
    });

    test('gives the whole order that is there to whom its condition failed', async () => {
      const store = await open();
      const held = order('u1/o1', 4, 2);
      await writeAll(store, create(held));
      expect(await writeAll(store, create(record('products/p1', 1)), create(order('u1/o1', 1)))).toEqual({
        applied: false,
        refusals: [{ index: 1, why: 'condition', row: held }],
      });
    });

    test('lets exactly one of many concurrent writers of a version win', async () => {
      const store = await open();
      await writeAll(store, create(record('stock/p1', 1)));
      for (let ver = 2; ver <= 6; ver += 1) {
        const rivals = Array.from({ length: 8 }, (_, index) => ({
          ...record('stock/p1', ver),
          op: `rival ${index}`,
        }));
        const results = await Promise.all(rivals.map(async (row) => writeAll(store, replace(row))));
        const winners = rivals.filter((_, index) => results[index]?.applied);
        expect(winners).toHaveLength(1);
        expect(await readAll(store, record('stock/p1', ver))).toEqual(winners);
      }
    });

    test('shows an order and its stock at one point in time while both are written', async () => {
      const store = await open();
      const lines = (ver: number) => 1 + (ver % 4);
      await writeAll(store, create(order('u1/o1', lines(1))), create(record('stock/p1', 1)));
      let written = 1;
      let isWriting = true;
      const writing = async () => {
        while (written < 25) {
          const ver = written + 1;
          const result = await writeAll(
            store,
            replace(order('u1/o1', lines(ver), ver)),
            replace(record('stock/p1', ver)),
          );
          if (result.applied) written = ver;
        }
      };
      const seen = new Set<number>();
      const reading = async () => {
        while (isWriting) {
          const [one, stock] = await readAll(store, order('u1/o1', 1), record('stock/p1', 1));
          const ver = one?.kind === 'record' ? one.ver : 0;
          expect([one, stock]).toEqual([order('u1/o1', lines(ver), ver), record('stock/p1', ver)]);
          const { items } = await store.queryRecords(group, 'orders/', first(5));
          for (const row of items) expect(row).toEqual(order('u1/o1', lines(row.ver), row.ver));
          seen.add(ver);
        }
      };
      const writes = writing().finally(() => {
        isWriting = false;
      });
      await Promise.all([writes, reading(), reading()]);
      expect(seen.size).toBeGreaterThan(1);
    });

    test('takes a transaction of 100 items', async () => {
      const store = await open();
      const rows = Array.from({ length: 100 }, (_, index) => record(`stock/p${index}`, 1));
      expect(await writeAll(store, ...rows.map(create))).toEqual({ applied: true });
      expect(await readAll(store, ...rows)).toEqual(rows);
    });

    test('refuses more than 100 items, and a row that is named twice, before it reads or writes any', async () => {
      const store = await open();
      const rows = Array.from({ length: 101 }, (_, index) => record(`stock/p${index}`, 1));
      const tooLarge = { name: 'Problem', kind: 'payload-too-large' };
      await expect(writeAll(store, ...rows.map(create))).rejects.toMatchObject(tooLarge);
      await expect(readAll(store, ...rows)).rejects.toMatchObject(tooLarge);
      const [one, two] = [record('stock/p1', 1), record('stock/p2', 1)];
      await expect(writeAll(store, create(two), create(one), create(one))).rejects.toThrow();
      expect(await readAll(store, one, two)).toEqual([undefined, undefined]);
    });
  });
}
