import type { Point } from './loss.ts';

export interface Opinion {
  readonly answer: Point;
  /** Not negative; relative to the others. */
  readonly weight: number;
}

interface Weighed {
  readonly value: number;
  readonly weight: number;
}

/** One way of making one answer of many. Weights of 1 give the plain mean and the plain median. */
export interface Aggregator {
  readonly name: string;
  readonly title: string;
  /** Of one class's probabilities, or of values: sorted, with a positive weight in all. */
  readonly combine: (sorted: readonly Weighed[], total: number) => number;
}

/** The share of the weight that is left out at either end. */
const trimmed = 0.1;

const mean = (all: readonly Weighed[], total: number) =>
  all.reduce((sum, { value, weight }) => sum + value * weight, 0) / total;

/** The value in the middle of the weight; between two, where the middle falls right between them. */
function median(sorted: readonly Weighed[], total: number): number {
  let below = 0;
  for (const [index, { value, weight }] of sorted.entries()) {
    below += weight;
    if (below > total / 2) return value;
    const next = sorted[index + 1];
    if (below === total / 2 && next !== undefined) return (value + next.value) / 2;
  }
  return sorted.at(-1)?.value ?? Number.NaN;
}

/**
 * The mean of what lies between the tenth and the ninetieth part of the weight. A member that lies across an end counts
 * with the part inside, so one that splits into several equal ones changes nothing.
 * Source: J. W. Tukey, The future of data analysis, 1962, with weights for counts.
 */
function trimmedMean(sorted: readonly Weighed[], total: number): number {
  const [from, to] = [trimmed * total, (1 - trimmed) * total];
  let below = 0;
  let sum = 0;
  for (const { value, weight } of sorted) {
    const inside = Math.min(below + weight, to) - Math.max(below, from);
    if (inside > 0) sum += value * inside;
    below += weight;
  }
  return sum / (to - from);
}

/** Another way of combining is another entry. */
export const aggregators = [
  { name: 'mean', title: 'weighted mean', combine: mean },
  { name: 'median', title: 'weighted median', combine: median },
  { name: 'trimmed-mean', title: 'weighted mean without a tenth at either end', combine: trimmedMean },
] as const satisfies readonly Aggregator[];

export type AggregatorName = (typeof aggregators)[number]['name'];

function combineAt(
  { combine }: Aggregator,
  opinions: readonly Opinion[],
  place: number,
  total: number,
): number {
  const column = opinions.map(({ answer, weight }) => ({ value: answer[place] ?? Number.NaN, weight }));
  return combine(
    column.toSorted((one, other) => one.value - other.value),
    total,
  );
}

/**
 * One answer of many: each class by itself, then scaled to sum to 1; a value as it is. Where the classes' results are all
 * 0 (three members, each sure of another class, have medians of 0) the mean stands in.
 * @param opinions answers of one length.
 * @returns `undefined` if nothing weighs.
 */
export function aggregate(aggregator: Aggregator, opinions: readonly Opinion[]): Point | undefined {
  const weighing = opinions.filter(({ weight }) => weight > 0);
  const total = weighing.reduce((sum, { weight }) => sum + weight, 0);
  const [first] = weighing;
  if (first === undefined) return undefined;
  const places = [...first.answer.keys()];
  const combined = places.map((place) => combineAt(aggregator, weighing, place, total));
  if (places.length === 1) return combined;
  const sum = combined.reduce((all, each) => all + each, 0);
  if (sum > 0) return combined.map((each) => each / sum);
  return places.map((place) => combineAt(aggregators[0], weighing, place, total));
}
