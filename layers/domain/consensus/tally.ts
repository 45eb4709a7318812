import * as z from 'zod/mini';
import type { Prediction } from '../models/answer.ts';
import type { ModelCard } from '../models/card.ts';
import { brierLoss, type Point, type Scale } from './loss.ts';

/** Keeps the logarithm of a probability finite, as in training. */
const probabilityMin = 1e-7;
export const calibrationBins = 10;

const total = z.number();

/** Sums over outcomes, from which every score follows: they can be kept, continued and added to. */
export const tallyEntity = z.lazy(() =>
  z.discriminatedUnion('task', [
    z.looseObject({
      task: z.literal('classification'),
      outcomes: z.int().check(z.gte(0)),
      correct: z.int().check(z.gte(0)),
      brier: total,
      logLoss: total,
      /** By tenths of the probability given to a class: how often, the sum given, and how often it came true. */
      bins: z.array(z.tuple([z.int(), total, z.int()])).check(z.length(calibrationBins)),
    }),
    z.looseObject({
      task: z.literal('regression'),
      outcomes: z.int().check(z.gte(0)),
      squared: total,
      absolute: total,
      truth: total,
      truthSquared: total,
    }),
  ]),
);
export type Tally = z.output<typeof tallyEntity>;
type ClassTally = Extract<Tally, { task: 'classification' }>;
type ValueTally = Extract<Tally, { task: 'regression' }>;

/** An answer as numbers: probabilities in the order of the card's labels, or one value. */
export function pointOf(card: ModelCard, prediction: Prediction): Point {
  if ('value' in prediction) return [prediction.value];
  const labels = card.task === 'classification' ? card.labels : [];
  return labels.map((label) => prediction.probabilities[label] ?? 0);
}

/** The inverse of `pointOf`. */
export function predictionOfPoint(card: ModelCard, point: Point): Prediction {
  if (card.task === 'regression') return { value: point[0] ?? Number.NaN, unit: card.unit };
  const likeliest = point.indexOf(Math.max(...point));
  return {
    label: card.labels[likeliest] ?? '',
    probabilities: Object.fromEntries(card.labels.map((label, index) => [label, point[index] ?? 0])),
  };
}

/** The truth as losses take it: the place of the label, or the value. */
export function truthOf(card: ModelCard, truth: string | number): number {
  if (typeof truth === 'number') return truth;
  return card.task === 'classification' ? card.labels.indexOf(truth) : Number.NaN;
}

/** @throws Error for a card of prices that does not say their scale. */
export function scaleOf(card: ModelCard): Scale {
  if (card.task === 'classification') return { task: 'classification', classes: card.labels.length };
  const medianAbsoluteError = card.consensus?.medianAbsoluteError;
  if (medianAbsoluteError === undefined)
    throw new Error(`${card.name} does not say the scale of its losses: consensus.medianAbsoluteError.`);
  return { task: 'regression', medianAbsoluteError };
}

/** Nothing was answered yet. */
export function emptyTally(task: Scale['task']): Tally {
  if (task === 'regression') return { task, outcomes: 0, squared: 0, absolute: 0, truth: 0, truthSquared: 0 };
  const bins = Array.from({ length: calibrationBins }, (): [number, number, number] => [0, 0, 0]);
  return { task, outcomes: 0, correct: 0, brier: 0, logLoss: 0, bins };
}

function addClasses(tally: ClassTally, point: Point, truth: number): ClassTally {
  const bins = tally.bins.map(([count, given, hits]): [number, number, number] => [count, given, hits]);
  for (const [place, p] of point.entries()) {
    const bin = bins[Math.min(Math.floor(p * calibrationBins), calibrationBins - 1)];
    if (bin === undefined) continue;
    bin[0] += 1;
    bin[1] += p;
    bin[2] += place === truth ? 1 : 0;
  }
  return {
    ...tally,
    outcomes: tally.outcomes + 1,
    correct: tally.correct + (point.indexOf(Math.max(...point)) === truth ? 1 : 0),
    brier: tally.brier + brierLoss(point, truth),
    logLoss: tally.logLoss - Math.log(Math.max(point[truth] ?? 0, probabilityMin)),
    bins,
  };
}

function addValue(tally: ValueTally, value: number, truth: number): ValueTally {
  return {
    ...tally,
    outcomes: tally.outcomes + 1,
    squared: tally.squared + (value - truth) ** 2,
    absolute: tally.absolute + Math.abs(value - truth),
    truth: tally.truth + truth,
    truthSquared: tally.truthSquared + truth ** 2,
  };
}

/** The tally with one more outcome. */
export function addOutcome(tally: Tally, point: Point, truth: number): Tally {
  if (tally.task === 'classification') return addClasses(tally, point, truth);
  return addValue(tally, point[0] ?? Number.NaN, truth);
}

export type ScoreName = 'accuracy' | 'logLoss' | 'brier' | 'r2' | 'rmse' | 'mae';
export type Scores = Partial<Record<ScoreName, number>>;

/**
 * Accuracy, log-loss and Brier score (half the squared error), or R², RMSE and MAE in the unit of the value. None of
 * nothing; no R² where all truths are alike.
 */
export function scoresOf(tally: Tally): Scores {
  const { outcomes: n } = tally;
  if (n === 0) return {};
  if (tally.task === 'classification')
    return { accuracy: tally.correct / n, logLoss: tally.logLoss / n, brier: tally.brier / n };
  const spread = tally.truthSquared - tally.truth ** 2 / n;
  return {
    ...(spread > 0 ? { r2: 1 - tally.squared / spread } : {}),
    rmse: Math.sqrt(tally.squared / n),
    mae: tally.absolute / n,
  };
}

export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean probability given, and the share that came true. */
  readonly given: number;
  readonly seen: number;
}

/** How often what was given a probability came true, by tenths; empty tenths are left out. */
export function calibrationOf(tally: Tally): CalibrationBin[] {
  if (tally.task === 'regression') return [];
  return tally.bins.flatMap(([count, given, hits], index) => {
    const [from, to] = [index / calibrationBins, (index + 1) / calibrationBins];
    return count === 0 ? [] : [{ from, to, count, given: given / count, seen: hits / count }];
  });
}

/** Σ bins share · |given − seen| (Naeini et al. 2015), over all classes. */
export function calibrationError(tally: Tally): number | undefined {
  const bins = calibrationOf(tally);
  const all = bins.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) return undefined;
  return bins.reduce((sum, { count, given, seen }) => sum + (count / all) * Math.abs(given - seen), 0);
}
