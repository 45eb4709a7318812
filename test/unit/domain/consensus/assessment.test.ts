import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { brierLoss } from '@layers/domain/consensus/loss';
import { quorumOf } from '@layers/domain/consensus/quorum';
import { afterShadowOutcome, guaranteeOf, shadowAtStart } from '@layers/domain/consensus/shadow';
import { fitStack, gramOf } from '@layers/domain/consensus/stacking';
import { addOutcome, emptyTally, scoresOf } from '@layers/domain/consensus/tally';
import fc from 'fast-check';
import { assessAll, stacksSource, summaryOf } from '../../../../infra/assessment/assess-all.ts';

const probability = fc.double({ min: 0, max: 1, noNaN: true });
const outcome = fc.record({
  truth: fc.nat(1),
  answers: fc.array(probability, { minLength: 4, maxLength: 4 }),
});

describe('the assessment', () => {
  test('that is committed is what the out-of-fold answers say (npm run assess -- --write)', () => {
    const small = assessAll(['iris', 'titanic']);
    const committed = JSON.parse(
      readFileSync(new URL('../../../../layers/onnx-runtime/assessment.json', import.meta.url), 'utf8'),
    ) as { dataset: string }[];
    const served = readFileSync(
      new URL('../../../../layers/domain/consensus/stacks.ts', import.meta.url),
      'utf8',
    );
    for (const each of small) {
      expect(committed.find(({ dataset }) => dataset === each.dataset)).toEqual(
        JSON.parse(JSON.stringify(summaryOf(each))),
      );
      for (const line of stacksSource([each]).split('\n').slice(2, -2)) expect(served).toContain(line);
    }
  });

  test('finds stacking no worse than the best member of any data set, and better at prices', () => {
    const committed = JSON.parse(
      readFileSync(new URL('../../../../layers/onnx-runtime/assessment.json', import.meta.url), 'utf8'),
    ) as { dataset: string; methods: { name: string; comparison: { interval: [number, number] } }[] }[];
    const intervals = committed.map(({ methods }) => {
      return methods.find(({ name }) => name === 'mean/stacking')?.comparison.interval ?? ([1, 1] as const);
    });
    expect(intervals.map(([from]) => from <= 0)).toEqual([true, true, true]);
    expect(intervals.some(([, to]) => to < 0)).toBe(true);
  });
});

describe('the shadow mixture', () => {
  test('loses at most ln N ÷ ½ more than the best member, whatever is answered and true', () => {
    fc.assert(
      fc.property(fc.array(outcome, { minLength: 1, maxLength: 60 }), (outcomes) => {
        let shadow = shadowAtStart;
        for (const { truth, answers } of outcomes) {
          const points = answers.map((p, index) => [`member-${index}`, [1 - p, p]] as const);
          shadow = afterShadowOutcome(shadow, new Map(points), truth, true);
        }
        const { regret = 0, bound = 0 } = guaranteeOf(shadow) ?? {};
        expect(regret).toBeLessThanOrEqual(bound + 1e-9);
      }),
    );
  });

  test('begins anew when a member is not there, or another prediction was open', () => {
    const two = new Map([
      ['a', [1, 0]],
      ['b', [0, 1]],
    ]);
    const after = afterShadowOutcome(shadowAtStart, two, 0, true);
    expect(afterShadowOutcome(after, two, 0, false).outcomes).toBe(1);
    expect(afterShadowOutcome(after, new Map([['a', [1, 0]]]), 0, true).outcomes).toBe(1);
    expect(afterShadowOutcome(after, two, 0, true).outcomes).toBe(2);
  });
});

test('A stack is a point of the simplex and fits no worse than any member alone', () => {
  const rows = fc.array(
    fc.array(fc.tuple(fc.double({ min: -1, max: 1, noNaN: true })), { minLength: 3, maxLength: 3 }),
    {
      minLength: 2,
      maxLength: 20,
    },
  );
  fc.assert(
    fc.property(rows, (errors) => {
      const weights = fitStack(gramOf(errors, 3));
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
      expect(Math.min(...weights)).toBeGreaterThanOrEqual(0);
      const lossOf = (of: readonly number[]) =>
        errors.reduce((sum, row) => sum + row.reduce((all, [e], i) => all + (of[i] ?? 0) * e, 0) ** 2, 0);
      for (const alone of [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ])
        expect(lossOf(weights)).toBeLessThanOrEqual(lossOf(alone) + 1e-3);
    }),
    { numRuns: 30 },
  );
});

test('Scores follow from sums', () => {
  let tally = emptyTally('classification');
  for (const [p, truth] of [
    [0.8, 1],
    [0.4, 1],
  ] as const)
    tally = addOutcome(tally, [1 - p, p], truth);
  const { accuracy, brier, logLoss } = scoresOf(tally);
  expect([accuracy, brier]).toEqual([0.5, (brierLoss([0.2, 0.8], 1) + brierLoss([0.6, 0.4], 1)) / 2]);
  expect(logLoss).toBeCloseTo(-(Math.log(0.8) + Math.log(0.4)) / 2, 12);
});

describe('a quorum', () => {
  const voters = (answered: number, silent: number, counts = true) => [
    ...Array.from({ length: answered }, () => ({ stake: 100n, counts, answered: true })),
    ...Array.from({ length: silent }, () => ({ stake: 100n, counts, answered: false })),
  ];
  test('is two thirds of what members stand for, and three of them', () => {
    expect(quorumOf(voters(4, 2), 100n).reached).toBe(true);
    expect(quorumOf(voters(3, 2), 100n).reached).toBe(false);
    expect(quorumOf(voters(2, 0), 100n).reached).toBe(false);
  });

  test('counts one member at most its deposit, and nobody on probation', () => {
    const rich = { stake: 10_000n, counts: true, answered: false };
    expect(quorumOf([...voters(4, 0), rich], 100n).reached).toBe(true);
    expect(quorumOf([...voters(4, 0), ...voters(0, 20, false)], 100n).reached).toBe(true);
  });
});
