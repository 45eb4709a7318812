import { describe, expect, test } from '@jest/globals';
import { brierLoss, lossOf, valueLoss } from '@layers/domain/consensus/loss';
import fc from 'fast-check';
import { probabilities } from './opinions.ts';

describe('Losses', () => {
  test('are the squared error of the probability for two classes', () => {
    expect(brierLoss([0.3, 0.7], 1)).toBeCloseTo(0.09, 12);
    expect(brierLoss([0.3, 0.7], 0)).toBeCloseTo(0.49, 12);
  });

  test('lie between 0 and 1 for any probabilities', () => {
    fc.assert(
      fc.property(probabilities(4), fc.nat(3), (answer, truth) => {
        const loss = brierLoss(answer, truth);
        expect(loss).toBeGreaterThanOrEqual(0);
        expect(loss).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('are least, on average, for whoever answers what he believes', () => {
    const expected = (belief: readonly number[], answer: readonly number[]) =>
      belief.reduce((sum, p, truth) => sum + p * brierLoss(answer, truth), 0);
    fc.assert(
      fc.property(probabilities(3), probabilities(3), (belief, other) => {
        expect(expected(belief, belief)).toBeLessThanOrEqual(expected(belief, other) + 1e-12);
      }),
    );
  });

  test('of prices count errors by the typical one, and stop at four of them', () => {
    expect(valueLoss(200_000, 220_000, 10_000)).toBeCloseTo(0.25, 12);
    expect(valueLoss(200_000, 240_000, 10_000)).toBe(1);
    expect(valueLoss(0, 500_000, 10_000)).toBe(1);
    expect(lossOf({ task: 'regression', medianAbsoluteError: 10_000 }, [200_000], 220_000)).toBeCloseTo(
      0.25,
      12,
    );
  });
});
