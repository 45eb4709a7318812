import type { Result } from './run.ts';

export interface Verdict {
  readonly what: string;
  readonly seen: number;
  readonly limit: number;
  readonly kept: boolean;
}

const atMost = (what: string, seen: number, limit: number): Verdict => ({
  what,
  seen,
  limit,
  // Losses are means of floats: a difference of the last digit is none.
  kept: seen <= limit + 1e-12,
});

const where = (limit: number | undefined, make: (limit: number) => Verdict) =>
  limit === undefined ? [] : [make(limit)];

/** What a scenario promises over the passengers, with outcomes at once, and what was seen. */
export function verdictsOf(result: Result): readonly Verdict[] {
  const { scenario, learned, bestLearned, consensus, best, mean } = result;
  const { harm, name } = scenario;
  if (harm === undefined) return [];
  return [
    atMost('accuracy below the best member’s', bestLearned.hits - learned.hits, harm.hitsMax),
    atMost('Brier above the best member’s', learned.loss - bestLearned.loss, harm.lossMax),
    ...where(harm.wageredMax, (limit) =>
      atMost('liars’ part of what is wagered', result.liarsWagered, limit),
    ),
    ...where(harm.weightMax, (limit) => atMost('liars’ part of the weight', result.liarsWeight, limit)),
    ...(name === 'none'
      ? [
          // No setting that we tried met both: following the best member costs the last bit of the mean's calibration.
          atMost('Brier above the plain mean’s', consensus.loss - mean.loss, 0.0005),
          atMost('accuracy below the plain mean’s', mean.hits - consensus.hits, 0.005),
        ]
      : []),
    ...(name === 'liars-14'
      ? [atMost('Brier above the best’s, all rows', consensus.loss - best.loss, 0.006)]
      : []),
    atMost('honest members put out', result.honestEjected, 0),
  ];
}
