import type { Prediction } from '../models/answer.ts';
import type { ModelCard } from '../models/card.ts';
import { Problem } from '../problem.ts';
import { type AggregatorName, aggregate, aggregators } from './aggregate.ts';
import { lossOf, type Point, type Scale } from './loss.ts';
import { type Quorum, quorumOf } from './quorum.ts';
import { probationBatches, type Standing } from './reputation.ts';
import { batchSize } from './settings.ts';
import { stacks } from './stacks.ts';
import { pointOf, predictionOfPoint, scaleOf } from './tally.ts';
import { type WeightingName, weightings } from './weightings.ts';

/** How asking a member ended. */
export const memberStatuses = [
  'answered',
  'late',
  'unreachable',
  'refused',
  'redirected',
  'too-large',
  'not-json',
  'invalid',
  'unsigned',
  'mismatch',
] as const;
export type MemberStatus = (typeof memberStatuses)[number];

/** A member that was asked, and what became of it. */
export interface Asked {
  readonly name: string;
  readonly key: string;
  readonly founder: boolean;
  /** Micro-units. */
  readonly stake: bigint;
  readonly status: MemberStatus;
  /** What was wrong, in words of ours. */
  readonly detail?: string | undefined;
  readonly latencyMs: number;
  /** There is one if and only if the status is `answered`. */
  readonly prediction?: Prediction | undefined;
}

export interface Method {
  readonly weighting: WeightingName;
  readonly aggregator: AggregatorName;
}

/** By measured accuracy, without a tenth of the weight at either end. */
export const methodUnlessTold: Method = { weighting: 'accuracy', aggregator: 'trimmed-mean' };

/** Outcomes before which nobody counts but the deployment's own models. */
const foundersAloneOutcomes = probationBatches * batchSize;

/**
 * The method of an answer that never counts, unless told. While the founders are among themselves their accuracy so far
 * says little, and what was fitted to them out of fold says more; from then on all are weighed by accuracy.
 * @param outcomes of the data set so far
 */
export function methodFor(asked: readonly Asked[], outcomes: number): Method {
  const isFitted = ({ founder, status, name }: Asked) =>
    founder && status === 'answered' && (stacks[name] ?? 0) > 0;
  return outcomes < foundersAloneOutcomes && asked.some(isFitted)
    ? { weighting: 'stacking', aggregator: 'mean' }
    : methodUnlessTold;
}

export interface Weighed extends Asked {
  /** In [0, 1]; those of an answer sum to 1. 0 for whoever did not answer, or is on probation. */
  readonly weight: number;
  readonly probation: number;
}

export interface Consensus {
  readonly prediction: Prediction;
  readonly members: readonly Weighed[];
  readonly quorum: Quorum;
  /** Weighted mean of how far members are from the consensus, measured as losses are: 0 is unanimous, 1 the farthest. */
  readonly disagreement: number;
  readonly method: Method;
}

/** Weights of the members that answered, normalised. */
export function weigh(
  asked: readonly Asked[],
  standings: ReadonlyMap<string, Standing>,
  name: WeightingName,
): readonly Weighed[] {
  const weighting = weightings.find((each) => each.name === name) ?? weightings[0];
  const raw = asked.map((member) => {
    const standing = standings.get(member.key);
    const counts = standing?.probation === 0 && member.status === 'answered';
    const learned = member.founder ? (stacks[member.name] ?? 0) : 0;
    return counts ? weighting.weigh(standing, Number(member.stake), learned) : 0;
  });
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return asked.map((member, index) => ({
    ...member,
    probation: standings.get(member.key)?.probation ?? 0,
    weight: total > 0 ? (raw[index] ?? 0) / total : 0,
  }));
}

function distance(scale: Scale, one: Point, other: Point): number {
  if (scale.task === 'regression') return lossOf(scale, one, other[0] ?? Number.NaN);
  const squares = one.map((p, place) => (p - (other[place] ?? 0)) ** 2);
  return Math.min(squares.reduce((sum, square) => sum + square, 0) / 2, 1);
}

function missing(members: readonly Weighed[], quorum: Quorum): Problem {
  const absent = members.filter(({ status }) => status !== 'answered');
  const named = absent.map(({ name, status, detail }) => `${name} (${detail ?? status})`).join(', ');
  const detail =
    `${quorum.answered} of ${quorum.members} members that count answered, ${Math.round(quorum.share * 100)} % of what they ` +
    `stand for; two thirds and 3 members are needed. ${named === '' ? 'There are too few members.' : `Missing: ${named}.`}`;
  return new Problem('no-quorum', detail, { retryAfterSeconds: 5 });
}

/**
 * One answer of those that came. Members without a valid answer are in it with their status and weight 0.
 * @param standings by key; a member without one does not count
 * @throws Problem `no-quorum` naming who is missing
 */
export function compose(
  card: ModelCard,
  asked: readonly Asked[],
  standings: ReadonlyMap<string, Standing>,
  { deposit, method }: { readonly deposit: bigint; readonly method: Method },
): Consensus {
  const members = weigh(asked, standings, method.weighting);
  const quorum = quorumOf(
    members.map(({ key, stake, status }) => ({
      stake,
      counts: standings.get(key)?.probation === 0,
      answered: status === 'answered',
    })),
    deposit,
  );
  if (!quorum.reached) throw missing(members, quorum);
  const opinions = members.flatMap(({ prediction, weight }) =>
    prediction === undefined || weight === 0 ? [] : [{ answer: pointOf(card, prediction), weight }],
  );
  const aggregator = aggregators.find(({ name }) => name === method.aggregator) ?? aggregators[0];
  const point = aggregate(aggregator, opinions);
  if (point === undefined) throw missing(members, quorum);
  const scale = scaleOf(card);
  const disagreement = opinions.reduce(
    (sum, { answer, weight }) => sum + weight * distance(scale, answer, point),
    0,
  );
  return { prediction: predictionOfPoint(card, point), members, quorum, disagreement, method };
}
