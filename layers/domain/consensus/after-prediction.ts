import * as z from 'zod/mini';
import { type ModelCard, modelName } from '../models/card.ts';
import { aggregate, aggregators } from './aggregate.ts';
import { type Asked, weigh } from './compose.ts';
import type { CommitsEntity, RevealsEntity } from './evidence.ts';
import { lossOf, type Point } from './loss.ts';
import { memberName, publicKey } from './member.ts';
import { afterBatch, afterOutcome, type Stakes, type Standing } from './reputation.ts';
import { type RosterEntity, standingsOf } from './roster.ts';
import { batchSize } from './settings.ts';
import { afterShadowOutcome, shadowAtStart } from './shadow.ts';
import { addOutcome, emptyTally, pointOf, scaleOf, type Tally, truthOf } from './tally.ts';
import { weightings } from './weightings.ts';

/** What one outcome did to a group: a line of the history of its weights. */
export const weightsEntity = z.lazy(() =>
  z.looseObject({
    dataset: modelName,
    place: z.int().check(z.gte(1)),
    predictionId: z.string(),
    truth: z.union([z.string(), z.number()]),
    at: z.iso.datetime(),
    members: z.array(
      z.looseObject({
        name: memberName,
        key: publicKey,
        /** Absent: no valid answer came. */
        loss: z.optional(z.number().check(z.gte(0), z.lte(1))),
        reputation: z.number().check(z.gte(0)),
        probation: z.int().check(z.gte(0)),
        /** By accuracy and what was at stake when it was asked, of all that count: what it would weigh next. */
        weight: z.number().check(z.gte(0), z.lte(1)),
      }),
    ),
  }),
);
export type WeightsEntity = z.output<typeof weightsEntity>;

const historyPrefix = (dataset: string) => `weights/history/${dataset}/`;
export const weightsKey = (dataset: string, place: number) =>
  `${historyPrefix(dataset)}${String(place).padStart(9, '0')}`;
export { historyPrefix };

/** A prediction with its truth, as the evidence has it. */
export interface Judgement {
  readonly place: number;
  readonly predictionId: string;
  readonly truth: string | number;
  readonly commits: CommitsEntity;
  readonly reveals: RevealsEntity;
  /** Whether it was opened after the outcome before it was applied. */
  readonly alone: boolean;
  readonly at: string;
}

interface Answers {
  readonly asked: readonly Asked[];
  readonly points: ReadonlyMap<string, Point>;
  readonly stakes: ReadonlyMap<string, bigint>;
}

function answersOf(card: ModelCard, { commits, reveals }: Judgement): Answers {
  const stakes = new Map(commits.members.map(({ key, stake }) => [key, BigInt(stake)]));
  const founders = new Set(commits.members.filter(({ founder }) => founder).map(({ key }) => key));
  const asked = reveals.members.map(
    (member): Asked => ({
      name: member.name,
      key: member.key,
      founder: founders.has(member.key),
      stake: stakes.get(member.key) ?? 0n,
      status: member.status,
      latencyMs: member.latencyMs,
      // A reveal that does not match is kept as proof and is no answer.
      ...(member.status === 'answered' ? { prediction: member.answer } : {}),
    }),
  );
  const points = asked.flatMap(({ key, prediction }) =>
    prediction === undefined ? [] : [[key, pointOf(card, prediction)] as const],
  );
  return { asked, points: new Map(points), stakes };
}

const tallied = (
  tallies: Readonly<Record<string, Tally>>,
  card: ModelCard,
  answers: Iterable<readonly [name: string, answer: Point]>,
  truth: number,
): Record<string, Tally> => ({
  ...tallies,
  ...Object.fromEntries(
    [...answers].map(([name, point]) => [
      name,
      addOutcome(tallies[name] ?? emptyTally(card.task), point, truth),
    ]),
  ),
});

/** `<aggregator>/<weighting>`, each with what it would have answered. */
function methodAnswers(
  { asked, points }: Answers,
  standings: ReadonlyMap<string, Standing>,
): readonly (readonly [string, Point])[] {
  return weightings.flatMap(({ name }) => {
    const opinions = weigh(asked, standings, name).flatMap(({ key, weight }) => {
      const answer = points.get(key);
      return answer === undefined ? [] : [{ answer, weight }];
    });
    return aggregators.flatMap((aggregator) => {
      const answer = aggregate(aggregator, opinions);
      return answer === undefined ? [] : [[`${aggregator.name}/${name}`, answer] as const];
    });
  });
}

function standingsAfter(
  roster: RosterEntity,
  stakes: Stakes,
  losses: ReadonlyMap<string, number>,
): ReadonlyMap<string, Standing> {
  const after = afterOutcome([...standingsOf(roster).values()], stakes, losses);
  const endsBatch = (roster.outcomes + 1) % batchSize === 0;
  const settled = endsBatch ? afterBatch(after, stakes) : after;
  return new Map(settled.map((standing) => [standing.key, standing]));
}

function shadowAfter(
  roster: RosterEntity,
  points: ReadonlyMap<string, Point>,
  truth: number,
  alone: boolean,
) {
  const counting = roster.seats.filter(({ probation }) => probation === 0);
  const answers = counting.flatMap(({ key }) => {
    const point = points.get(key);
    return point === undefined ? [] : [[key, point] as const];
  });
  if (answers.length < counting.length) return shadowAtStart;
  return afterShadowOutcome(roster.shadow ?? shadowAtStart, new Map(answers), truth, alone);
}

/**
 * A group after one more outcome, and the line of history that says what it did. Pure, so that anybody can recompute it
 * from the evidence.
 * @param card of the data set: labels, or the scale of prices
 */
export function afterPrediction(
  card: ModelCard,
  roster: RosterEntity,
  judgement: Judgement,
): { readonly roster: RosterEntity; readonly weights: WeightsEntity } {
  const { place, predictionId, at, alone } = judgement;
  const truth = truthOf(card, judgement.truth);
  const answers = answersOf(card, judgement);
  const scale = scaleOf(card);
  const losses = new Map([...answers.points].map(([key, point]) => [key, lossOf(scale, point, truth)]));
  // Micro-units as a number: of a weight only its ratio to others counts.
  const stakes = new Map([...answers.stakes].map(([key, stake]) => [key, Number(stake)]));
  const before = standingsOf(roster);
  const after = standingsAfter(roster, stakes, losses);
  const named = answers.asked.map(({ name, key }) => [name, answers.points.get(key)] as const);
  const answered = named.flatMap(([name, point]) => (point === undefined ? [] : [[name, point] as const]));
  const consensus = ['consensus', pointOf(card, judgement.reveals.prediction)] as const;
  const next: RosterEntity = {
    ...roster,
    applied: place,
    outcomes: roster.outcomes + 1,
    seats: roster.seats.map((seat) => ({ ...seat, ...after.get(seat.key) })),
    members: tallied(roster.members, card, answered, truth),
    methods: tallied(roster.methods, card, [...methodAnswers(answers, before), consensus], truth),
    ...(card.task === 'classification' ? { shadow: shadowAfter(roster, answers.points, truth, alone) } : {}),
    updatedAt: at,
  };
  const members = weightsOf(next, answers.stakes).map((member) => {
    const loss = losses.get(member.key);
    return { ...member, ...(loss === undefined ? {} : { loss }) };
  });
  return {
    roster: next,
    weights: { dataset: roster.dataset, place, predictionId, truth: judgement.truth, at, members },
  };
}

/** What each member would weigh by stake and accuracy if all answered. */
export function weightsOf(roster: RosterEntity, stakes: ReadonlyMap<string, bigint>) {
  const asked = roster.seats.map(
    ({ name, key, founder }): Asked => ({
      name,
      key,
      founder,
      stake: stakes.get(key) ?? 0n,
      status: 'answered',
      latencyMs: 0,
    }),
  );
  const weighed = weigh(asked, standingsOf(roster), 'stake-and-accuracy');
  return roster.seats.map(({ name, key, reputation, probation }, index) => ({
    name,
    key,
    reputation,
    probation,
    weight: weighed[index]?.weight ?? 0,
  }));
}
