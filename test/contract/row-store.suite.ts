import { describe, expect, test } from '@jest/globals';
import { canonicalJson } from '@layers/domain/canonical-json';
import { isProblem } from '@layers/domain/problem';
import type { Action, RecordRow, Row, RowId, TransactionRow } from '@layers/domain/redundancy/rows';
import type { Page, RowStore } from '@layers/domain/redundancy/store';

/** A row of a store, with only what a test speaks of. */
export function record(id: string, ver: number, image: unknown = { units: ver }): RecordRow {
  const text = typeof image === 'string' ? image : canonicalJson(image);
  return {
    kind: 'record',
    id,
    epoch: 1,
    ver,
    op: `op-${id}-${ver}`,
    prevOp: ver === 1 ? undefined : `op-${id}-${ver - 1}`,
    deleted: false,
    hash: `hash of ${text.length}`,
    image: text,
    keyedWrites: [],
    mver: ver,
  };
}

const group = 'shop';
const target = (row: { kind: Row['kind']; id: string }): RowId => ({ kind: row.kind, id: row.id });
const create = (row: Row): Action => ({ type: 'put', row, expect: 'absent' });
const replace = (row: RecordRow): Action => ({
  type: 'put',
  row,
  expect: { epoch: row.epoch, ver: row.ver - 1 },
});

function order(user: string, id: string, lines: number, ver = 1): RecordRow {
  const list = Array.from({ length: lines }, (_, index) => ({ productId: `p${index}`, quantity: ver }));
  return record(`orders/${user}/${id}`, ver, { id, lines: list, status: `at ${ver}` });
}

async function pages<Item>(read: (cursor: string | undefined) => Promise<Page<Item>>): Promise<Item[][]> {
  const all: Item[][] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    all.push([...page.items]);
    cursor = page.next;
  } while (cursor !== undefined && all.length < 500);
  return all;
}

/** What every row store does. `open` gives an empty one that nobody else uses. */
export function describeRowStore(name: string, open: () => Promise<RowStore>): void {
  const write = async (store: RowStore, ...actions: Action[]) => store.writeRows(group, actions);
  const read = async (store: RowStore, ...rows: { kind: Row['kind']; id: string }[]) =>
    store.readRows(group, rows.map(target));

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
          records: [version(order('u1', 'o1', 2))],
        },
      ];
      expect(await write(store, ...rows.map(create))).toEqual({ applied: true });
      expect(await read(store, { kind: 'record', id: 'products/none' }, ...rows)).toEqual([
        undefined,
        ...rows,
      ]);
      expect(await read(store, ...rows.toReversed())).toEqual(rows.toReversed());
    });

    test('keeps rows of different kinds with one id apart', async () => {
      const store = await open();
      const fence: Row = { kind: 'fence', id: 'store', epoch: 1, stage: 'alone' };
      const incarnation: Row = { kind: 'incarnation', id: 'store', incarnation: 'i' };
      await write(store, create(fence), create(incarnation));
      expect(await read(store, incarnation, fence)).toEqual([incarnation, fence]);
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
      expect(await write(store, create(row))).toEqual({ applied: true });
      expect(await read(store, row)).toEqual([row]);
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
      await write(store, ...rows.map((id) => create(record(id, 1))));
      const found = await read(store, ...rows.map((id) => ({ kind: 'record' as const, id })));
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
      for (const row of rows) expect(await write(store, create(row))).toEqual({ applied: true });
      expect(await read(store, ...rows)).toEqual(rows);
    });

    test('writes nothing when one expectation of many fails, and says which, with the row that is there', async () => {
      const store = await open();
      const [held, stock] = [record('products/p1', 3), record('stock/p1', 1)];
      await write(store, create(held), create(stock));
      const refused = await write(
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
      expect(await read(store, held, stock, record('products/p2', 1))).toEqual([held, stock, undefined]);
    });
  });
}

function keyedWrite(id: string, answer: string) {
  return { id, payloadHash: 'h', op: 'op-k', answer, expiresAtMs: 1_700_000_000_001 };
}

function openTransaction(id: string, committedAtMs: number): TransactionRow {
  return {
    kind: 'transaction',
    id,
    epoch: 1,
    keys: ['products/p1', 'stock/p1'],
    committedAtMs,
    mirrored: false,
    sent: false,
    expiresAtMs: undefined,
  };
}

function version({ kind: _kind, mver: _mver, ...rest }: RecordRow) {
  return rest;
}

function nested(depth: number): unknown {
  return depth === 0 ? 1 : { inner: nested(depth - 1) };
}
void isProblem;
void pages;
