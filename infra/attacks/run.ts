import type { Point } from '@layers/domain/consensus/loss';
import { type ReputationRule, reputationRule } from '@layers/domain/consensus/reputation';
import { type Answers, meanLosses, readAnswers } from './answers.ts';
import { type Quality, qualityOf } from './measure.ts';
import { Game, type Played } from './play.ts';
import { randomOf, shuffled } from './random.ts';
import type { Scenario } from './scenarios.ts';

/** Rows before it, five batches, are the time in which a group learns whom to believe. */
const learnedFromRow = 100;

/** The first rule of the project's design, kept to be compared with. */
export const firstRule: ReputationRule = { learningRate: 1, sharingRate: 0.0005, cap: 1 };

export interface Experiment {
  readonly answers: Answers;
  readonly scenario: Scenario;
  /** Orders of the rows, each from a seed of its own; all figures are means over them. */
  readonly orders: number;
  readonly seed: number;
  /** Predictions opened before the outcome of one is known. */
  readonly delay: number;
  readonly rule?: ReputationRule;
}

export interface Result {
  readonly scenario: Scenario;
  readonly delay: number;
  readonly mean: Quality;
  readonly median: Quality;
  readonly consensus: Quality;
  /** From `learnedFromRow` on. */
  readonly learned: Quality;
  /** The member with the lowest loss: over all rows, and from `learnedFromRow` on. */
  readonly best: Quality;
  readonly bestLearned: Quality;
  readonly liarsWagered: number;
  readonly liarsWeight: number;
  /** In all orders together. */
  readonly honestEjected: number;
  /** The game of the first order, for plots. */
  readonly first: Played;
}

const measures = (answers: Answers, played: Played, best: readonly Point[]) => ({
  mean: qualityOf(answers, played.rows, played.mean),
  median: qualityOf(answers, played.rows, played.median),
  consensus: qualityOf(answers, played.rows, played.consensus),
  learned: qualityOf(answers, played.rows, played.consensus, learnedFromRow),
  best: qualityOf(answers, played.rows, best),
  bestLearned: qualityOf(answers, played.rows, best, learnedFromRow),
});

/** Same seed, same rows in the same order and the same liars: whatever the scenario or the rule. */
export function gameOf(experiment: Experiment, order: number, best: number): Game {
  const { answers, scenario, delay, rule = reputationRule } = experiment;
  const random = randomOf(experiment.seed + order);
  const rows = shuffled(answers.rows, random);
  return new Game({ answers, scenario, delay, rule, best, random }, rows);
}

/** Which honest member has the lowest loss. */
export function bestOf(answers: Answers): number {
  const losses = meanLosses(answers);
  return losses.indexOf(Math.min(...losses));
}

const average = (all: readonly Quality[]): Quality => ({
  hits: all.reduce((sum, { hits }) => sum + hits, 0) / all.length,
  loss: all.reduce((sum, { loss }) => sum + loss, 0) / all.length,
});

const averageOf = (numbers: readonly number[]) =>
  numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

/** Plays an attack over several orders of the rows. */
export function runExperiment(experiment: Experiment): Result {
  const { answers, scenario, delay, orders } = experiment;
  const best = bestOf(answers);
  const games = Array.from({ length: orders }, (_, order) => gameOf(experiment, order, best).play());
  const measured = games.map((played) =>
    measures(
      answers,
      played,
      played.rows.map((row) => row.answers[best] ?? []),
    ),
  );
  const [first] = games;
  if (first === undefined) throw new Error('An experiment takes at least one order.');
  return {
    scenario,
    delay,
    mean: average(measured.map((each) => each.mean)),
    median: average(measured.map((each) => each.median)),
    consensus: average(measured.map((each) => each.consensus)),
    learned: average(measured.map((each) => each.learned)),
    best: average(measured.map((each) => each.best)),
    bestLearned: average(measured.map((each) => each.bestLearned)),
    liarsWagered: averageOf(games.map((each) => each.liarsWagered)),
    liarsWeight: averageOf(games.map((each) => each.liarsWeight)),
    honestEjected: games.reduce((sum, each) => sum + each.honestEjected, 0),
    first,
  };
}

/** The largest difference that splitting one colluder's stake over ten keys makes to any answer of the consensus. */
export function splitDifference(sybils: Scenario, seed: number, dataset = 'titanic'): number {
  const answers = readAnswers(dataset);
  const whole = { ...sybils, liars: 1, deposit: (sybils.deposit ?? 0n) * BigInt(sybils.liars) };
  const [split, together] = [sybils, whole].map((scenario) =>
    gameOf({ answers, scenario, orders: 1, seed, delay: 0 }, 0, bestOf(answers)).play(),
  );
  const differences = (split?.consensus ?? []).map((point, place) =>
    Math.abs((point[0] ?? 0) - (together?.consensus[place]?.[0] ?? 9)),
  );
  return Math.max(...differences);
}
