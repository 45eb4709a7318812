import { describe, expect, test } from '@jest/globals';
import type { Row } from '@layers/domain/redundancy/rows';
import type { RowStore } from '@layers/domain/redundancy/store';
import {
  create,
  first,
  group,
  openTransaction,
  order,
  pages,
  readAll,
  record,
  tombstone,
  writeAll,
} from './rows.ts';

/** How a row store lists. `open` gives an empty store that nobody else uses. */
export function describeRowLists(
  name: string,
  open: () => Promise<RowStore>,
  segmentCounts: readonly number[],
): void {
  describe(`${name} as a row store`, () => {
    test('lists the records of a prefix by id, tombstones too, and nothing beside it', async () => {
      const store = await open();
      const rows = [
        order('u1/o1', 2),
        tombstone('orders/u1/o10', 2),
        order('u1/o1-a', 0),
        order('u1/o1.b', 25),
      ];
      const beside = [order('u10/o1', 1), order('u2/o1', 1), record('products/u1', 1), record('carts/u1', 1)];
      for (const row of [...beside, ...rows]) await writeAll(store, create(row));
      const sorted = rows.toSorted((one, other) => (one.id < other.id ? -1 : 1));
      for (const limit of [1, 2, 3, 100]) {
        const found = await pages(async (cursor) =>
          store.queryRecords(group, 'orders/u1/', { cursor, limit }),
        );
        expect(found.flat()).toEqual(sorted);
        expect(Math.max(...found.map((page) => page.length))).toBeLessThanOrEqual(limit);
      }
      expect((await store.queryRecords(group, 'orders/u1/o1-', first(9))).items).toEqual([
        order('u1/o1-a', 0),
      ]);
      expect((await store.queryRecords(group, 'orders/u3/', first(9))).items).toEqual([]);
    });

    test('goes on after any id as a cursor, whether it is there or not', async () => {
      const store = await open();
      const rows = ['b', 'd', 'f'].map((id) => order(`u1/${id}`, 2));
      for (const row of rows) await writeAll(store, create(row));
      const idsAfter = async (cursor: string) =>
        (await store.queryRecords(group, 'orders/u1/', { cursor, limit: 9 })).items.map((row) =>
          row.id.at(-1),
        );
      expect(await idsAfter('orders/u1/a')).toEqual(['b', 'd', 'f']);
      expect(await idsAfter('orders/u1/b')).toEqual(['d', 'f']);
      expect(await idsAfter('orders/u1/c')).toEqual(['d', 'f']);
      expect(await idsAfter('orders/u1/f')).toEqual([]);
      expect(await idsAfter('orders/u0/z')).toEqual(['b', 'd', 'f']);
      expect(await idsAfter('orders/u2/a')).toEqual([]);
    });

    test.each(segmentCounts)(
      'scans every record exactly once in %i segments, and no other row',
      async (segments) => {
        const store = await open();
        const types = ['products', 'stock', 'carts', 'orders/u1', 'orders/u2'];
        const rows = types.flatMap((type) =>
          ['a', 'b', 'c', 'd'].map((id, index) =>
            type.startsWith('orders')
              ? order(`${type.slice(7)}/${id}`, index)
              : record(`${type}/${id}`, 1 + index),
          ),
        );
        const others: Row[] = [
          openTransaction('t', 1),
          { kind: 'fence', id: '1', epoch: 1, stage: 'mirrored' },
        ];
        for (const row of [...rows, ...others, tombstone('products/z', 2)])
          await writeAll(store, create(row));
        const found = await Promise.all(
          Array.from({ length: segments }, async (_, segment) =>
            pages(async (cursor) => store.scanRecords(group, segment, segments, { cursor, limit: 3 })),
          ),
        );
        const sorted = found.flat(2).toSorted((one, other) => (one.id < other.id ? -1 : 1));
        const expected = [...rows, tombstone('products/z', 2)].toSorted((one, other) =>
          one.id < other.id ? -1 : 1,
        );
        expect(sorted).toEqual(expected);
        expect(Math.max(...found.flat().map((page) => page.length))).toBeLessThanOrEqual(3);
      },
    );

    test('lists transactions that are not yet mirrored and sent, oldest first, before a time', async () => {
      const store = await open();
      const [one, two, three, late] = [10, 20, 30, 40].map((at) => openTransaction(`t${50 - at}`, at));
      for (const row of [three, late, one, two]) if (row !== undefined) await writeAll(store, create(row));
      const done = { ...openTransaction('done', 15), mirrored: true, sent: true, expiresAtMs: 9_000 };
      await writeAll(store, create(done));
      const ids = async (limit: number) =>
        (await pages(async (cursor) => store.openTransactions(group, 40, { cursor, limit })))
          .flat()
          .map(({ id }) => id);
      expect(await ids(10)).toEqual(['t40', 't30', 't20']);
      expect(await ids(1)).toEqual(['t40', 't30', 't20']);
      const update = async (id: string, set: Record<string, boolean | number>) =>
        writeAll(store, { type: 'update', target: { kind: 'transaction', id }, set, expect: { id } });
      await update('t40', { mirrored: true });
      await update('t30', { sent: true });
      expect(await ids(10)).toEqual(['t40', 't30', 't20']);
      await update('t40', { sent: true, expiresAtMs: 9_000 });
      await update('t30', { mirrored: true });
      expect(await ids(10)).toEqual(['t20']);
      expect(await readAll(store, { kind: 'transaction', id: 't40' })).toEqual([
        { ...one, mirrored: true, sent: true, expiresAtMs: 9_000 },
      ]);
    });
  });
}
