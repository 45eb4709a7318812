import { describe, expect, test } from '@jest/globals';
import type { Row } from '@layers/domain/redundancy/rows';
import type { RowStore } from '@layers/domain/redundancy/store';
import {
  create,
  first,
  group,
  keyedWrite,
  openTransaction,
  order,
  readAll,
  record,
  replace,
  tombstone,
  versionOf,
  writeAll,
} from './rows.ts';

/** What a row store gives back is what it was given. `open` gives an empty store that nobody else uses. */
export function describeRowImages(name: string, open: () => Promise<RowStore>): void {
  describe(`${name} as a row store`, () => {
    test('gives every kind of row back as it was put, in the order asked, and undefined for what is absent', async () => {
      const store = await open();
      const rows: Row[] = [
        { ...record('products/p1', 1), keyedWrites: [keyedWrite('k1', 'opaque answer')] },
        { ...record('carts/u1', 2, ''), deleted: true, mver: 1 },
        { kind: 'fence', id: '17', epoch: 3, stage: 'mirrored' },
        openTransaction('op1', 1_000),
        { ...openTransaction('op2', 1_000), mirrored: true, sent: true, expiresAtMs: 1_700_000_000_123 },
        { kind: 'idempotency', ...keyedWrite('k1', 'opaque answer') },
        { kind: 'incarnation', id: 'store', incarnation: 'i1' },
        {
          kind: 'divergence',
          id: '2.op9',
          store: 's3',
          foundAtMs: 9,
          records: [versionOf(order('u1/o1', 2))],
        },
      ];
      expect(await writeAll(store, ...rows.map(create))).toEqual({ applied: true });
      expect(await readAll(store, { kind: 'record', id: 'products/none' }, ...rows)).toEqual([
        undefined,
        ...rows,
      ]);
      expect(await readAll(store, ...rows.toReversed())).toEqual(rows.toReversed());
    });

    test('keeps rows of different kinds with one id apart', async () => {
      const store = await open();
      const fence: Row = { kind: 'fence', id: 'store', epoch: 1, stage: 'alone' };
      const incarnation: Row = { kind: 'incarnation', id: 'store', incarnation: 'i' };
      await writeAll(store, create(fence), create(incarnation));
      expect(await readAll(store, incarnation, fence)).toEqual([incarnation, fence]);
    });

    test.each([
      ['a product', 'products/p', { name: 'Kännchen 茶 🫖', priceMinor: 1250, tags: [], note: null }],
      ['an order with lines', 'orders/u/o', { lines: [{ a: 1 }, { a: 2, more: { x: [true] } }], total: 3 }],
      ['an order without lines', 'orders/u/o', { lines: [], total: 0 }],
      ['an order whose lines are no list', 'orders/u/o', { lines: { a: 1 } }],
      ['an order without the field', 'orders/u/o', { total: 0 }],
      ['an order with more lines than items', 'orders/u/o', { lines: Array.from({ length: 70 }, () => 7) }],
      [
        'numbers at the edge of doubles',
        'products/p',
        { big: 2 ** 60, far: 1.5e300, near: 5e-324, part: 0.1 },
      ],
      [
        'names that objects trip over',
        'products/p',
        JSON.parse('{"__proto__":{"a":1},"constructor":2}') as object,
      ],
      ['an empty name', 'products/p', { '': 1 }],
      ['a nesting deeper than the store has', 'products/p', nested(60)],
      ['a text that is no JSON', 'products/p', 'not { json'],
      ['an object that is not in canonical form', 'products/p', '{"b":1, "a":2}'],
      ['half a surrogate pair', 'products/p', { text: 'a\ud83c' }],
      ['line ends, quotes and NUL', 'products/p', { text: '\r\n"\\\u0000\u2028' }],
    ])('gives the image of %s back byte for byte', async (_, id, image) => {
      const store = await open();
      const row = record(id, 1, image);
      expect(await writeAll(store, create(row))).toEqual({ applied: true });
      expect(await readAll(store, row)).toEqual([row]);
    });

    test('takes ids with every character that an id may hold', async () => {
      const store = await open();
      const rows = [
        'products/a.b_c~d-e',
        'products/a',
        'products/a-',
        'products/a.',
        'products/A',
        'orders/a/b/c',
      ];
      await writeAll(store, ...rows.map((id) => create(record(id, 1))));
      const found = await readAll(store, ...rows.map((id) => ({ kind: 'record' as const, id })));
      expect(found.map((row) => row?.id)).toEqual(rows);
    });

    test('takes an image of 350 kB with fifty answers of 4 kB beside it', async () => {
      const store = await open();
      const keyedWrites = Array.from({ length: 50 }, (_, index) =>
        keyedWrite(`k${index}`, 'ä'.repeat(2_048)),
      );
      const rows = [
        { ...record('products/a', 1, { text: '🫖'.repeat(87_000) }), keyedWrites },
        record('products/b', 1, { digits: Array.from({ length: 170_000 }, () => 1) }),
      ];
      for (const row of rows) expect(await writeAll(store, create(row))).toEqual({ applied: true });
      expect(await readAll(store, ...rows)).toEqual(rows);
    });

    test('gives an order back whole when it grew, shrank, was deleted and came back', async () => {
      const store = await open();
      const id = 'orders/u1/o1';
      const versions = [
        order('u1/o1', 3),
        order('u1/o1', 5, 2),
        order('u1/o1', 1, 3),
        tombstone(id, 4),
        order('u1/o1', 2, 5),
      ];
      for (const [index, row] of versions.entries()) {
        expect(await writeAll(store, index === 0 ? create(row) : replace(row))).toEqual({ applied: true });
        expect(await readAll(store, row)).toEqual([row]);
        expect((await store.queryRecords(group, 'orders/u1/', first(10))).items).toEqual([row]);
        expect((await store.scanRecords(group, 0, 1, first(100))).items).toEqual([row]);
      }
    });
  });
}

function nested(depth: number): unknown {
  return depth === 0 ? 1 : { inner: nested(depth - 1) };
}
