import * as z from 'zod/mini';
import { modelName } from '../models/card.ts';
import type { Entity, MirroredGroup, MirrorState } from '../redundancy/transaction.ts';
import { memberName, publicKey } from './member.ts';
import { founderOf, newcomerOf, type Standing } from './reputation.ts';
import { membersMax } from './settings.ts';
import { shadowEntity } from './shadow.ts';
import { tallyEntity } from './tally.ts';

const seat = z.lazy(() =>
  z.looseObject({
    name: memberName,
    key: publicKey,
    /** One of the deployment's own models. */
    founder: z.boolean(),
    reputation: z.number().check(z.gte(0)),
    /** Batches left at weight 0. */
    probation: z.int().check(z.gte(0)),
  }),
);

/** A data set's group: who belongs to it and how much each one's word counts, after the outcomes applied so far. */
export const rosterEntity = z.lazy(() =>
  z.looseObject({
    dataset: modelName,
    /** Place of the last prediction whose outcome, or voidness, is in here. */
    applied: z.int().check(z.gte(0)),
    /** Outcomes among them: each `batchSize` make a batch. */
    outcomes: z.int().check(z.gte(0)),
    seats: z.array(seat).check(z.maxLength(membersMax)),
    /** Of each member by name. */
    members: z.record(z.string(), tallyEntity),
    /** Of each way of making one answer, by name. */
    methods: z.record(z.string(), tallyEntity),
    shadow: z.optional(shadowEntity),
    updatedAt: z.optional(z.iso.datetime()),
  }),
);

export type RosterEntity = z.output<typeof rosterEntity>;
export type Seat = z.output<typeof seat>;

/** One of the deployment's own models, with the key that the deployment derives for it. */
export interface Founder {
  readonly name: string;
  readonly key: string;
}

export const rosterKey = (dataset: string) => `weights/current/${dataset}`;

const seated = ({ name, key }: Founder, founder: boolean, standing: Standing): Seat => ({
  name,
  key,
  founder,
  reputation: standing.reputation,
  probation: standing.probation,
});

/**
 * The roster with the founders that there are now: those from before the first outcome count at once; a model that is
 * brought later, or again, is scored first, as everybody is. A founder whose model is gone loses its seat.
 */
function withFounders(roster: RosterEntity, founders: readonly Founder[]): RosterEntity {
  const stays = ({ founder, key }: Seat) => !founder || founders.some((each) => each.key === key);
  const seats = roster.seats.filter(stays);
  const added = founders
    .filter(({ key }) => !seats.some((each) => each.key === key))
    .map((each) => seated(each, true, roster.outcomes === 0 ? founderOf(each.key) : newcomerOf(each.key)));
  return { ...roster, seats: [...added, ...seats].slice(0, membersMax) };
}

/** What an entity of the group says, or how a group begins. */
export function rosterOf(
  entity: Entity | undefined,
  dataset: string,
  founders: readonly Founder[],
): RosterEntity {
  const stored =
    entity === undefined
      ? { dataset, applied: 0, outcomes: 0, seats: [], members: {}, methods: {} }
      : rosterEntity.parse(JSON.parse(entity.image));
  return withFounders(stored, founders);
}

export async function readRoster(
  group: MirroredGroup,
  dataset: string,
  founders: readonly Founder[],
): Promise<{ roster: RosterEntity; mirror: MirrorState }> {
  const key = rosterKey(dataset);
  const { entities, mirror } = await group.read([key]);
  return { roster: rosterOf(entities.get(key), dataset, founders), mirror };
}

/** Standings by key, as weightings take them. */
export const standingsOf = ({ seats }: RosterEntity): ReadonlyMap<string, Standing> =>
  new Map(seats.map(({ key, reputation, probation }) => [key, { key, reputation, probation }]));

/** The roster with one more member, on probation; the same again changes nothing. */
export function withMember(roster: RosterEntity, member: Founder): RosterEntity {
  if (roster.seats.some(({ key }) => key === member.key)) return roster;
  return { ...roster, seats: [...roster.seats, seated(member, false, newcomerOf(member.key))] };
}

export const withoutMember = (roster: RosterEntity, key: string): RosterEntity => ({
  ...roster,
  seats: roster.seats.filter((each) => each.key !== key),
});
