import { describe, expect, test } from '@jest/globals';
import { aggregate, aggregators, type Opinion } from '@layers/domain/consensus/aggregate';
import fc from 'fast-check';
import { probabilities } from './opinions.ts';

const [mean, median, trimmedMean] = aggregators;

const values = (...pairs: readonly (readonly [value: number, weight: number])[]): Opinion[] =>
  pairs.map(([value, weight]) => ({ answer: [value], weight }));

const opinions = fc.array(
  fc.record({ answer: probabilities(3), weight: fc.double({ min: 0.001, max: 1, noNaN: true }) }),
  { minLength: 1, maxLength: 12 },
);

describe('One answer of many', () => {
  test('is the mean by weight', () => {
    expect(aggregate(mean, values([10, 1], [20, 3]))).toEqual([17.5]);
  });

  test('is the value in the middle of the weight', () => {
    expect(aggregate(median, values([10, 1], [20, 1], [90, 1]))).toEqual([20]);
    expect(aggregate(median, values([10, 1], [20, 1]))).toEqual([15]);
    expect(aggregate(median, values([10, 5], [20, 1], [90, 1]))).toEqual([10]);
  });

  test('is the mean without a tenth of the weight at either end, parts of a member included', () => {
    // Of a weight of 10, what lies from 1 to 9: nothing of the 0, all eight of the tens, nothing of the 1000.
    expect(aggregate(trimmedMean, values([0, 1], [10, 8], [1000, 1]))).toEqual([10]);
    // From 1 to 9: one of the 0, five of the 10, two of the 20.
    expect(aggregate(trimmedMean, values([0, 2], [10, 5], [20, 3]))).toEqual([90 / 8]);
  });

  test('sums to 1 and lies within what was said, whatever was said', () => {
    fc.assert(
      fc.property(opinions, fc.constantFrom(...aggregators), (said, aggregator) => {
        const answer = aggregate(aggregator, said) ?? [];
        expect(answer.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
        for (const p of answer) expect(p >= 0 && p <= 1 + 1e-12).toBe(true);
      }),
    );
  });

  test('falls back on the mean where each class by itself would be 0', () => {
    const sure = [0, 1, 2].map((place) => ({
      answer: [0, 1, 2].map((each) => Number(each === place)),
      weight: 1,
    }));
    for (const p of aggregate(median, sure) ?? []) expect(p).toBeCloseTo(1 / 3, 12);
  });

  test('is nothing where nobody weighs', () => {
    expect(aggregate(trimmedMean, [])).toBeUndefined();
    expect(aggregate(trimmedMean, values([10, 0]))).toBeUndefined();
  });

  test('does not change when a member splits into equal ones', () => {
    fc.assert(
      fc.property(opinions, fc.nat(), fc.integer({ min: 2, max: 9 }), (said, which, parts) => {
        const split = said.flatMap((each, index) =>
          index === which % said.length
            ? Array.from({ length: parts }, () => ({ ...each, weight: each.weight / parts }))
            : [each],
        );
        const [before = [], after = []] = [aggregate(trimmedMean, said), aggregate(trimmedMean, split)];
        for (const [place, p] of before.entries())
          expect(Math.abs(p - (after[place] ?? 0))).toBeLessThanOrEqual(1e-6);
      }),
    );
  });
});
