import { describe, expect, test } from '@jest/globals';
import type { DocumentBody } from '@layers/domain/redundancy/documents';
import type { RecordVersion } from '@layers/domain/redundancy/record';
import type { DocumentStore, PutResult } from '@layers/domain/redundancy/store';
import { keyedWrite, order, pages, record, tombstone, versionOf } from './rows.ts';

const body = (version: RecordVersion): DocumentBody => ({ kind: 'record', record: version });
const stockAt = (ver: number, units: number) => body(versionOf(record('stock/p1', ver, { units })));
const tagOf = (result: PutResult): string => {
  if (!result.stored) throw new Error(`not stored: ${result.why}`);
  return result.tag;
};

/** What every document store does. `open` gives an empty one that nobody else uses. */
export function describeDocumentStore(name: string, open: () => Promise<DocumentStore>): void {
  describe(`${name} as a document store`, () => {
    test('gives every kind of document back as it was put, and undefined for what is absent', async () => {
      const store = await open();
      const keyed = {
        ...versionOf(order('u1/o1', 3, 2)),
        keyedWrites: [keyedWrite('k1', 'opaque "answer" 茶')],
      };
      const bodies: DocumentBody[] = [
        body(keyed),
        body(versionOf(tombstone('carts/u1', 4))),
        body(versionOf(record('products/p1', 1, 'not { json'))),
        body(versionOf(record('products/p2', 1, JSON.parse('{"__proto__":{"a":1},"ä":"🫖"}') as object))),
        {
          kind: 'journal',
          op: 'op1',
          committedAtMs: 7,
          records: [keyed, versionOf(tombstone('carts/u1', 4))],
        },
        { kind: 'closed', acceptedOps: ['op1', 'op2'] },
        { kind: 'incarnation', incarnation: 'i1' },
      ];
      for (const [index, each] of bodies.entries()) {
        const path = `shop/1/document-${index}.json`;
        const tag = tagOf(await store.putDocument(path, each, 'absent'));
        expect(await store.getDocument(path)).toEqual({ body: each, tag });
        expect(store.expectedTag(each)).toBe(tag);
      }
      expect(await store.getDocument('shop/1/none.json')).toBeUndefined();
    });

    test('takes paths with every character that an id may hold', async () => {
      const store = await open();
      const paths = [
        'shop/1/orders/a.b_c~d-E/o.1~_-.json',
        'shop/1/orders/%2F.json',
        'shop/1/orders/u+1 &.json',
      ];
      for (const path of paths) await store.putDocument(path, stockAt(1, 1), 'absent');
      const listed = await store.listDocuments('shop/1/orders/', { cursor: undefined, limit: 10 });
      expect(listed.items.map(({ path }) => path)).toEqual(paths.toSorted());
      for (const path of paths) expect(await store.getDocument(path)).toBeDefined();
    });

    test('stores over what is there only with its tag: 412 for another, 404 for none, 412 for absent', async () => {
      const store = await open();
      const path = 'shop/1/stock/p1.json';
      const first = store.expectedTag(stockAt(1, 10));
      expect(await store.putDocument(path, stockAt(2, 12), { tag: first })).toEqual({
        stored: false,
        why: 'not-found',
      });
      expect(await store.getDocument(path)).toBeUndefined();
      expect(await store.putDocument(path, stockAt(1, 10), 'absent')).toEqual({ stored: true, tag: first });
      expect(await store.putDocument(path, stockAt(1, 10), 'absent')).toEqual({
        stored: false,
        why: 'precondition-failed',
      });
      const wrong = { tag: store.expectedTag(stockAt(9, 10)) };
      expect(await store.putDocument(path, stockAt(2, 12), wrong)).toEqual({
        stored: false,
        why: 'precondition-failed',
      });
      expect(await store.getDocument(path)).toEqual({ body: stockAt(1, 10), tag: first });
    });

    test('gives 10, 12 and 10 again three tags, since their versions differ', async () => {
      const store = await open();
      const path = 'shop/1/stock/p1.json';
      const one = tagOf(await store.putDocument(path, stockAt(1, 10), 'absent'));
      const two = tagOf(await store.putDocument(path, stockAt(2, 12), { tag: one }));
      const three = tagOf(await store.putDocument(path, stockAt(3, 10), { tag: two }));
      expect(new Set([one, two, three]).size).toBe(3);
      expect(await store.putDocument(path, stockAt(2, 12), { tag: one })).toEqual({
        stored: false,
        why: 'precondition-failed',
      });
    });

    test('replaces a document by a tombstone and the tombstone by a document', async () => {
      const store = await open();
      const path = 'shop/1/carts/u1.json';
      const [dead, back] = [
        body(versionOf(tombstone('carts/u1', 2))),
        body(versionOf(record('carts/u1', 3))),
      ];
      let tag = tagOf(await store.putDocument(path, body(versionOf(record('carts/u1', 1))), 'absent'));
      tag = tagOf(await store.putDocument(path, dead, { tag }));
      expect(await store.getDocument(path)).toEqual({ body: dead, tag });
      expect(await store.putDocument(path, back, 'absent')).toEqual({
        stored: false,
        why: 'precondition-failed',
      });
      tag = tagOf(await store.putDocument(path, back, { tag }));
      expect(await store.getDocument(path)).toEqual({ body: back, tag });
    });

    test('lets exactly one of many concurrent writers win, with a tag and without', async () => {
      const store = await open();
      for (let round = 1; round <= 5; round += 1) {
        const path = `shop/1/stock/p${round}.json`;
        let expected: 'absent' | { tag: string } = 'absent';
        for (let ver = 1; ver <= 3; ver += 1) {
          const rivals = Array.from({ length: 6 }, (_, index) => stockAt(ver, index));
          const condition: 'absent' | { tag: string } = expected;
          const results = await Promise.all(
            rivals.map(async (rival) => store.putDocument(path, rival, condition)),
          );
          const winners = rivals.filter((_, index) => results[index]?.stored);
          expect(winners).toHaveLength(1);
          const held = await store.getDocument(path);
          expect(held?.body).toEqual(winners[0]);
          expected = { tag: held?.tag ?? '' };
        }
      }
    });

    test('lists what starts with a prefix, in order, page by page, with the tags that reading gives', async () => {
      const store = await open();
      const ids = ['b', 'a/2', 'a/1', 'a-', 'a0', 'A'].map((id) => `shop/1/orders/${id}.json`);
      for (const [index, path] of ids.entries()) await store.putDocument(path, stockAt(1, index), 'absent');
      await store.putDocument('shop/10/orders/b.json', stockAt(1, 1), 'absent');
      await store.putDocument('shop/2/orders/b.json', stockAt(1, 1), 'absent');
      for (const limit of [1, 2, 4, 100]) {
        const found = await pages(async (cursor) => store.listDocuments('shop/1/', { cursor, limit }));
        expect(found.flat().map(({ path }) => path)).toEqual(ids.toSorted());
        expect(Math.max(...found.map((page) => page.length))).toBeLessThanOrEqual(limit);
        for (const { path, tag } of found.flat()) expect((await store.getDocument(path))?.tag).toBe(tag);
      }
      expect((await store.listDocuments('shop/3/', { cursor: undefined, limit: 5 })).items).toEqual([]);
    });

    test('goes on after any path as a cursor, whether it is there or not', async () => {
      const store = await open();
      for (const id of ['b', 'd', 'f']) await store.putDocument(`shop/1/${id}.json`, stockAt(1, 1), 'absent');
      const pathsAfter = async (cursor: string) =>
        (await store.listDocuments('shop/1/', { cursor, limit: 9 })).items.map(({ path }) =>
          path.slice(7, 8),
        );
      expect(await pathsAfter('shop/1/a.json')).toEqual(['b', 'd', 'f']);
      expect(await pathsAfter('shop/1/b.json')).toEqual(['d', 'f']);
      expect(await pathsAfter('shop/1/c.json')).toEqual(['d', 'f']);
      expect(await pathsAfter('shop/1/f.json')).toEqual([]);
    });

    test('deletes a document, and again what is gone; then it may be created anew', async () => {
      const store = await open();
      const path = 'shop/1/txn/op1.json';
      const journal: DocumentBody = { kind: 'journal', op: 'op1', committedAtMs: 1, records: [] };
      const tag = tagOf(await store.putDocument(path, journal, 'absent'));
      await store.deleteDocument(path);
      await store.deleteDocument(path);
      expect(await store.getDocument(path)).toBeUndefined();
      expect((await store.listDocuments('shop/1/txn/', { cursor: undefined, limit: 9 })).items).toEqual([]);
      expect(await store.putDocument(path, journal, { tag })).toEqual({ stored: false, why: 'not-found' });
      expect((await store.putDocument(path, journal, 'absent')).stored).toBe(true);
    });
  });
}
