import { describe, expect, test } from '@jest/globals';
import { canonicalJson } from '@layers/domain/canonical-json';
import {
  type RecordMapping,
  toDocument,
  toItems,
  type Upgrade,
  upgradeFields,
} from '@layers/domain/record-mapping';
import { mappingOf, parseImage } from '@layers/domain/record-mappings';
import fc from 'fast-check';
import * as z from 'zod/mini';
import { storedBefore } from './stored-before.ts';
import { propertyTimeoutMs, runs, storedTypes } from './stored-entities.ts';
import { anyJson, unknownFields } from './stored-parts.ts';

const lined: RecordMapping = { prefix: 'things/', lines: { field: 'lines', linesMax: 3 }, upgrades: [] };
const documents = fc.oneof(
  fc.dictionary(fc.string(), anyJson),
  fc.record({ lines: fc.oneof(fc.array(anyJson), anyJson), other: anyJson }, { requiredKeys: [] }),
);

/** The same value, its members in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, member]) => [name, shuffled(member)]),
  );
}

describe('Canonical JSON', () => {
  test(
    'is one text for one value, whatever the order of its members',
    () => {
      fc.assert(
        fc.property(anyJson, (value) => {
          const text = canonicalJson(value);
          expect(canonicalJson(JSON.parse(text))).toBe(text);
          expect(canonicalJson(shuffled(value))).toBe(text);
        }),
        runs,
      );
    },
    propertyTimeoutMs,
  );

  test('leaves out what is absent, and keeps null', () => {
    expect(canonicalJson({ b: undefined, a: null, c: [] })).toBe('{"a":null,"c":[]}');
  });
});

describe.each(storedTypes)('A $name', ({ id, schema, entities }) => {
  const mapping = mappingOf(id);

  test(
    'comes back valid and byte for byte from its items, with fields that nobody knows',
    () => {
      fc.assert(
        fc.property(entities, unknownFields, (entity, unknown) => {
          const image = canonicalJson({ ...unknown, ...entity });
          const items = toItems(image, mapping);
          expect(items && toDocument(items, mapping)).toBe(image);
          z.parse(schema, JSON.parse(image));
        }),
        runs,
      );
    },
    propertyTimeoutMs,
  );

  test(
    'has the same items when it is taken apart again',
    () => {
      fc.assert(
        fc.property(entities, (entity) => {
          const items = toItems(canonicalJson(entity), mapping);
          expect(items && toItems(toDocument(items, mapping), mapping)).toEqual(items);
        }),
        runs,
      );
    },
    propertyTimeoutMs,
  );
});

describe('A mapping with lines', () => {
  test(
    'takes any object in canonical form apart and together again',
    () => {
      fc.assert(
        fc.property(documents, (document) => {
          const image = canonicalJson(document);
          const items = toItems(image, lined);
          expect(items && toDocument(items, lined)).toBe(image);
        }),
        runs,
      );
    },
    propertyTimeoutMs,
  );

  test('makes a line of each element, and of none an empty list, not an absent one', () => {
    expect(toItems('{"lines":[{"a":1},2],"total":3}', lined)).toEqual({
      header: { total: 3 },
      lines: [{ a: 1 }, 2],
    });
    expect(toItems('{"lines":[]}', lined)).toEqual({ header: {}, lines: [] });
    expect(toItems('{}', lined)).toEqual({ header: {}, lines: undefined });
  });

  test('leaves a list in the header that is longer than its limit, and a field that is none', () => {
    expect(toItems('{"lines":[1,2,3,4]}', lined)).toEqual({
      header: { lines: [1, 2, 3, 4] },
      lines: undefined,
    });
    expect(toItems('{"lines":"x"}', lined)).toEqual({ header: { lines: 'x' }, lines: undefined });
  });

  test.each([
    '',
    'null',
    '[1]',
    '7',
    '"text"',
    '{"b":1,"a":2}',
    '{"a": 1}',
    '{"a":1.0}',
    '{"a":-0}',
    '{"a":1',
    '{"a":1,"a":1}',
  ])('takes %j for text: it would not come back byte for byte', (image) => {
    expect(toItems(image, lined)).toBeUndefined();
  });
});

test('An order is mapped to a header and its lines, a cart to one item', () => {
  expect(mappingOf('orders/u1/o1')?.lines).toEqual({ field: 'lines', linesMax: 25 });
  expect(mappingOf('carts/u1')).toBeUndefined();
});

describe('Upgrading a document', () => {
  /** Version 2 has `priceMinor` in place of `price`, version 3 a list of tags in place of one. */
  const steps: readonly Upgrade[] = [
    ({ price, ...others }) => ({ ...others, priceMinor: Math.round(Number(price) * 100) }),
    ({ tag, ...others }) => ({ ...others, tags: tag === undefined ? [] : [tag] }),
  ];
  const first = fc.record({ price: fc.nat(100_000), tag: fc.string() }, { requiredKeys: ['price'] });
  const anyVersion = fc
    .tuple(first, unknownFields, fc.integer({ min: 0, max: steps.length }))
    .map(([fields, unknown, done]) => ({
      original: { ...unknown, ...fields },
      stored: upgradeFields({ ...unknown, ...fields }, steps.slice(0, done)),
    }));

  test(
    'comes to the same newest version from every older one, and leaves what it does not know alone',
    () => {
      fc.assert(
        fc.property(anyVersion, ({ original, stored }) => {
          const newest = upgradeFields(stored, steps);
          const { price, tag, ...unknown } = original as Readonly<Record<string, unknown>>;
          expect(newest).toEqual({
            ...unknown,
            priceMinor: Number(price) * 100,
            tags: tag === undefined ? [] : [tag],
            schemaVersion: 3,
          });
          expect(upgradeFields(newest, steps)).toEqual(newest);
        }),
        runs,
      );
    },
    propertyTimeoutMs,
  );

  test('leaves a document of a later version than it knows as it is', () => {
    expect(upgradeFields({ schemaVersion: 9, price: 1 }, steps)).toEqual({ schemaVersion: 9, price: 1 });
  });

  test('is no change for a type whose schema has had one version', () => {
    expect(upgradeFields({ a: 1 }, [])).toEqual({ a: 1 });
  });
});

// What was ever stored is read for ever: schemas grow by optional fields, or by an upgrade of their mapping.
describe.each(storedBefore)('A $name as version $version of its schema wrote it', ({ name, image }) => {
  const type = storedTypes.find((each) => each.name === name);

  test('is still read, and would be stored as the same bytes', () => {
    expect(type && parseImage(type.schema, { id: type.id, image })).toEqual(JSON.parse(image));
    const mapping = mappingOf(type?.id ?? '');
    const items = toItems(image, mapping);
    expect(items && toDocument(items, mapping)).toBe(image);
  });
});

test('Each type of record is held to what was stored of it before', () => {
  expect(new Set(storedBefore.map(({ name }) => name))).toEqual(new Set(storedTypes.map(({ name }) => name)));
});
