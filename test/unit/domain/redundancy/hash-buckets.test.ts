import { describe, expect, test } from '@jest/globals';
import { addPair, bucketOf, createBuckets, differingBuckets } from '@layers/domain/redundancy/hash-buckets';
import fc from 'fast-check';

const pairs = fc.uniqueArray(fc.tuple(fc.string(), fc.string()), { selector: ([id]) => id, maxLength: 60 });

function bucketsOf(all: readonly (readonly [string, string])[], count: number) {
  const buckets = createBuckets(count);
  for (const [id, token] of all) addPair(buckets, id, token);
  return buckets;
}

describe('Hash buckets', () => {
  test('add up to the same in whatever order the pairs come', () => {
    fc.assert(
      fc.property(pairs, fc.integer({ min: 1, max: 9 }), (all, count) => {
        const differing = differingBuckets(bucketsOf(all, count), bucketsOf(all.toReversed(), count));
        expect(differing.size).toBe(0);
      }),
    );
  });

  test('differ exactly where an id is missing or has another token', () => {
    fc.assert(
      fc.property(pairs, pairs, fc.integer({ min: 1, max: 9 }), (one, other, count) => {
        const tokens = new Map(other);
        const ids = new Map([...one, ...other]);
        const held = new Map(one);
        const buckets = createBuckets(count);
        const expected = new Set<number>();
        for (const id of ids.keys()) {
          if (held.get(id) !== tokens.get(id)) expected.add(bucketOf(buckets, id));
        }
        expect(differingBuckets(bucketsOf(one, count), bucketsOf(other, count))).toEqual(expected);
      }),
    );
  });

  test('spread ids that are much alike', () => {
    const buckets = createBuckets(64);
    const counts = new Array<number>(64).fill(0);
    for (let index = 0; index < 6_400; index += 1) {
      const bucket = bucketOf(buckets, `orders/u${index % 7}/o${index}`);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(50);
    expect(Math.max(...counts)).toBeLessThan(150);
  });
});
