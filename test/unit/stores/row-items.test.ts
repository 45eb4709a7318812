import { describe, expect, test } from '@jest/globals';
import { canonicalJson } from '@layers/domain/canonical-json';
import type { RecordVersion } from '@layers/domain/redundancy/record';
import type { RecordRow } from '@layers/domain/redundancy/rows';
import { documentText, parseDocument } from '@layers/stores/document-json';
import { partKeysOf, toRow, toRowItems } from '@layers/stores/row-items';
import { keyOf } from '@layers/stores/table-layout';
import fc from 'fast-check';
import { propertyTimeoutMs, runs, storedTypes } from '../domain/stored-entities.ts';
import { anyJson, unknownFields } from '../domain/stored-parts.ts';

const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,22}$/);
const count = fc.nat();

const keyedWrites = fc.array(
  fc.record({
    id: name,
    payloadHash: name,
    op: name,
    answer: fc.string({ unit: 'binary' }),
    expiresAtMs: count,
  }),
  { maxLength: 3 },
);

function rowOf(id: string, image: fc.Arbitrary<string>): fc.Arbitrary<RecordRow> {
  return fc.record({
    kind: fc.constant('record' as const),
    id: fc.constant(id),
    epoch: count,
    ver: count,
    op: name,
    prevOp: fc.option(name, { nil: undefined }),
    deleted: fc.boolean(),
    hash: name,
    image,
    keyedWrites,
    mver: count,
  });
}

/** Through the items and back, as a transaction reads them. */
function throughItems(row: RecordRow): unknown {
  const { header, parts } = toRowItems(row);
  expect(parts.map(keyOf)).toEqual(partKeysOf(header));
  return toRow(header, parts);
}

function versionOf(row: RecordRow): RecordVersion {
  const { kind: _kind, mver: _mver, ...version } = row;
  return version;
}

describe.each(storedTypes)('A row of a $name', ({ id, entities }) => {
  const image = fc
    .tuple(entities, unknownFields)
    .map(([entity, unknown]) => canonicalJson({ ...unknown, ...entity }));

  test(
    'comes back from its items, and its document from its text, byte for byte',
    () => {
      fc.assert(
        fc.property(rowOf(id, image), (row) => {
          expect(throughItems(row)).toEqual(row);
          const body = { kind: 'record', record: versionOf(row) } as const;
          const text = documentText(body);
          expect(parseDocument(text)).toEqual(body);
          expect(documentText(parseDocument(text))).toBe(text);
        }),
        runs,
      );
    },
    propertyTimeoutMs,
  );
});

describe('A row of any image', () => {
  const image = fc.oneof(
    fc.string({ unit: 'binary' }),
    anyJson.map(canonicalJson),
    anyJson.map((json) => JSON.stringify(json)),
  );

  test.each(['orders/u1/o1', 'products/p1'])(
    '%s comes back from its items and from its document',
    (id) => {
      fc.assert(
        fc.property(rowOf(id, image), (row) => {
          expect(throughItems(row)).toEqual(row);
          const journal = {
            kind: 'journal',
            op: row.op,
            committedAtMs: 1,
            records: [versionOf(row)],
          } as const;
          expect(parseDocument(documentText(journal))).toEqual(journal);
        }),
        runs,
      );
    },
    propertyTimeoutMs,
  );

  test('is not put together from parts of another version', () => {
    const row = {
      ...fc.sample(rowOf('orders/u1/o1', fc.constant('{"lines":[1,2]}')), 1)[0],
      op: 'one',
    } as RecordRow;
    const other = toRowItems({ ...row, op: 'other' });
    const { header, parts } = toRowItems(row);
    expect(toRow(header, [parts[0], other.parts[1]])).toBeUndefined();
    expect(toRow(header, [parts[0], undefined])).toBeUndefined();
    expect(toRow(header, parts)).toEqual(row);
  });
});
