import type { ModelCard } from '../models/card.ts';
import { type Aggregator, aggregate, aggregators } from './aggregate.ts';
import { type Difference, pairedBootstrap } from './bootstrap.ts';
import { lossOf, type Point } from './loss.ts';
import { afterOutcome, cappedReputation, founderOf, type Standing } from './reputation.ts';
import { batchSize } from './settings.ts';
import { afterShadowOutcome, type Guarantee, guaranteeOf, shadowAtStart } from './shadow.ts';
import { fitStack, type Gram, gramOf, gramWithout } from './stacking.ts';
import { addOutcome, emptyTally, scaleOf, type Tally } from './tally.ts';

/** One row with its truth, and what each member answered that had never seen it; in the order of the members. */
export interface Row {
  readonly fold: number;
  /** The place of the label, or the value. */
  readonly truth: number;
  readonly answers: readonly Point[];
}

/** A way of making one answer of many, with what it would have answered in each row. */
interface Answering {
  readonly name: string;
  readonly title: string;
  readonly points: readonly Point[];
}

export interface Assessed {
  readonly name: string;
  readonly title: string;
  readonly tally: Tally;
  /** Mean loss, as weights follow it: in [0, 1]. */
  readonly loss: number;
}

export interface AssessedMethod extends Assessed {
  /** Loss beyond that of the best member: below 0 it is better. */
  readonly comparison: Difference;
}

export interface Assessment {
  readonly dataset: string;
  readonly rows: number;
  readonly members: readonly Assessed[];
  readonly methods: readonly AssessedMethod[];
  /** With the least loss. */
  readonly best: { readonly member: string; readonly method: string };
  /** Weights by accuracy after each batch, in the order of the members. */
  readonly weights: readonly { readonly outcomes: number; readonly weights: readonly number[] }[];
  readonly guarantee: Guarantee | undefined;
  /** Of all rows: what is served. */
  readonly stack: readonly number[];
}

const truthPoint = (row: Row): Point =>
  row.answers[0]?.length === 1
    ? [row.truth]
    : (row.answers[0] ?? []).map((_, place) => (place === row.truth ? 1 : 0));

function errorsOf(row: Row): readonly Point[] {
  const truth = truthPoint(row);
  return row.answers.map((answer) => answer.map((value, place) => value - (truth[place] ?? 0)));
}

const combined = (aggregator: Aggregator, { answers }: Row, weights: readonly number[]): Point =>
  aggregate(
    aggregator,
    answers.map((answer, index) => ({ answer, weight: weights[index] ?? 0 })),
  ) ?? [];

/** Weights before each row, which know the rows before it alone, and how they stood after each batch. */
function weightsByAccuracy(card: ModelCard, members: readonly string[], rows: readonly Row[]) {
  const scale = scaleOf(card);
  const stakes = new Map(members.map((name) => [name, 1]));
  let standings: readonly Standing[] = members.map(founderOf);
  const weightsNow = () => {
    const capped = standings.map((standing) => cappedReputation(standing));
    const total = capped.reduce((sum, weight) => sum + weight, 0);
    return capped.map((weight) => weight / total);
  };
  const batches: { outcomes: number; weights: readonly number[] }[] = [
    { outcomes: 0, weights: weightsNow() },
  ];
  const before = rows.map((row, index) => {
    const weights = weightsNow();
    const losses = row.answers.map(
      (answer, place) => [members[place] ?? '', lossOf(scale, answer, row.truth)] as const,
    );
    standings = afterOutcome(standings, stakes, new Map(losses));
    if ((index + 1) % batchSize === 0 || index === rows.length - 1)
      batches.push({ outcomes: index + 1, weights: weightsNow() });
    return weights;
  });
  return { before, batches };
}

/** Stacks fitted to the other folds alone, by fold; and that of all rows. */
function stacksOf(rows: readonly Row[], members: number) {
  const folds = Map.groupBy(rows, ({ fold }) => fold);
  const grams = new Map<number, Gram>();
  for (const [fold, some] of folds) grams.set(fold, gramOf(some.map(errorsOf), members));
  const all = [...grams.values()].reduce((sum, gram) =>
    sum.map((line, i) => line.map((value, j) => value + (gram[i]?.[j] ?? 0))),
  );
  const byFold = new Map([...grams].map(([fold, gram]) => [fold, fitStack(gramWithout(all, gram))]));
  return { byFold, all: fitStack(all) };
}

function answering(
  rows: readonly Row[],
  by: readonly { name: string; title: string; weightsOf: (index: number) => readonly number[] }[],
): readonly Answering[] {
  return by.flatMap(({ name, title, weightsOf }) =>
    aggregators.map((aggregator) => ({
      name: `${aggregator.name}/${name}`,
      title: `${aggregator.title}, ${title}`,
      points: rows.map((row, index) => combined(aggregator, row, weightsOf(index))),
    })),
  );
}

function assessedOf(card: ModelCard, rows: readonly Row[], { name, title, points }: Answering): Assessed {
  let tally = emptyTally(card.task);
  const scale = scaleOf(card);
  let loss = 0;
  for (const [index, row] of rows.entries()) {
    const point = points[index] ?? [];
    tally = addOutcome(tally, point, row.truth);
    loss += lossOf(scale, point, row.truth);
  }
  return { name, title, tally, loss: loss / rows.length };
}

/** A regret bound and the regret beside it: of classes alone, each row's outcome known before the next. */
function guaranteed(
  card: ModelCard,
  members: readonly string[],
  rows: readonly Row[],
): Guarantee | undefined {
  if (card.task !== 'classification') return undefined;
  let shadow = shadowAtStart;
  for (const [index, { answers, truth }] of rows.entries()) {
    const named = answers.map((answer, place) => [members[place] ?? '', answer] as const);
    shadow = afterShadowOutcome(shadow, new Map(named), truth, index > 0);
  }
  return guaranteeOf(shadow);
}

const least = <T extends Assessed>(all: readonly T[]): T => {
  const [first, ...others] = all;
  if (first === undefined) throw new Error('Nothing was assessed.');
  return others.reduce((best, each) => (each.loss < best.loss ? each : best), first);
};

/**
 * Members and all ways of combining them over rows that no member had seen, each weight from what was known before its
 * row (of stacking: from the other folds).
 * @param members names, in the order of the answers
 * @param random uniform in [0, 1), for the bootstrap
 */
export function assess(
  card: ModelCard,
  members: readonly string[],
  rows: readonly Row[],
  { samples, random }: { readonly samples: number; readonly random: () => number },
): Assessment {
  const accuracy = weightsByAccuracy(card, members, rows);
  const stacks = stacksOf(rows, members.length);
  const equal = members.map(() => 1 / members.length);
  const methods = answering(rows, [
    { name: 'equal', title: 'every member alike', weightsOf: () => equal },
    { name: 'accuracy', title: 'by accuracy so far', weightsOf: (index) => accuracy.before[index] ?? equal },
    {
      name: 'stacking',
      title: 'as fitted to the other folds',
      weightsOf: (index) => stacks.byFold.get(rows[index]?.fold ?? -1) ?? equal,
    },
  ]);
  const alone = members.map((name, place): Answering => {
    return { name, title: name, points: rows.map(({ answers }) => answers[place] ?? []) };
  });
  const assessed = alone.map((each) => assessedOf(card, rows, each));
  const best = least(assessed);
  const bestPlace = assessed.indexOf(best);
  const scale = scaleOf(card);
  const bestLosses = rows.map(({ answers, truth }) => lossOf(scale, answers[bestPlace] ?? [], truth));
  const compared = methods.map((each): AssessedMethod => {
    const differences = rows.map(
      ({ truth }, index) => lossOf(scale, each.points[index] ?? [], truth) - (bestLosses[index] ?? 0),
    );
    const comparison = pairedBootstrap(differences, { samples, random });
    return { ...assessedOf(card, rows, each), comparison };
  });
  return {
    dataset: card.dataset,
    rows: rows.length,
    members: assessed,
    methods: compared,
    best: { member: best.name, method: least(compared).name },
    weights: accuracy.batches,
    guarantee: guaranteed(card, members, rows),
    stack: stacks.all,
  };
}
