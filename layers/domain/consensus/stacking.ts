import type { Point } from './loss.ts';

/** Errors of the members in one row, place by place: answer − truth. */
export type Errors = readonly Point[];

const rounds = 20_000;
/** When the weights have stopped moving. */
const enough = 1e-12;

/** Σ over rows and places of error_i · error_j: all that a fit needs to know of the rows, and it can be added up. */
export type Gram = readonly (readonly number[])[];

export function gramOf(rows: readonly Errors[], members: number): Gram {
  const gram = Array.from({ length: members }, () => new Array<number>(members).fill(0));
  for (const errors of rows) {
    for (const [i, one] of errors.entries()) {
      const line = gram[i] ?? [];
      for (const [j, other] of errors.entries())
        line[j] = (line[j] ?? 0) + one.reduce((sum, error, place) => sum + error * (other[place] ?? 0), 0);
    }
  }
  return gram;
}

export const gramWithout = (all: Gram, some: Gram): Gram =>
  all.map((line, i) => line.map((value, j) => value - (some[i]?.[j] ?? 0)));

/** The point of the simplex nearest to `values` (J. Duchi et al., Efficient projections onto the l1-ball, 2008). */
function onSimplex(values: readonly number[]): number[] {
  const sorted = values.toSorted((one, other) => other - one);
  let [sum, shift] = [0, 0];
  for (const [index, value] of sorted.entries()) {
    sum += value;
    const candidate = (sum - 1) / (index + 1);
    if (value > candidate) shift = candidate;
  }
  return values.map((value) => Math.max(value - shift, 0));
}

/**
 * Weights, not negative and with the sum 1, of the mean with the least squared error: stacked regression as L. Breiman has
 * it (1996). As the weights sum to 1 the mean's error is the mean of errors, so w'Gw is to be minimised: a convex quadratic,
 * by projected gradient steps of 1 ÷ trace, which is at least its largest eigenvalue.
 */
export function fitStack(gram: Gram): readonly number[] {
  const members = gram.length;
  const trace = gram.reduce((sum, line, index) => sum + (line[index] ?? 0), 0);
  let weights = new Array<number>(members).fill(1 / members);
  if (trace === 0) return weights;
  for (let round = 0; round < rounds; round += 1) {
    const before = weights;
    weights = onSimplex(
      before.map((weight, i) => {
        const gradient = (gram[i] ?? []).reduce((sum, value, j) => sum + value * (before[j] ?? 0), 0);
        return weight - gradient / trace;
      }),
    );
    const moved = weights.reduce((sum, weight, i) => sum + Math.abs(weight - (before[i] ?? 0)), 0);
    if (moved < enough) break;
  }
  return weights;
}
