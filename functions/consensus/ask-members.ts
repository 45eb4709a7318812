import type { Asked } from '@layers/domain/consensus/compose';
import { judgeAnswer } from '@layers/domain/consensus/judge-answer';
import type { MemberEntity } from '@layers/domain/consensus/member';
import { foundersTimeoutMs } from '@layers/domain/consensus/settings';
import type { Prediction } from '@layers/domain/models/answer';
import type { ModelCard } from '@layers/domain/models/card';
import * as z from 'zod/mini';
import { callMember, type Failure } from './call-member.ts';
import type { ConsensusParts } from './consensus-parts.ts';
import type { DatasetGroup } from './read-group.ts';

/** What is asked, by the names of the data's columns; optional ones that were not given are absent. */
export type Inputs = Readonly<Record<string, string | number>>;

/** A valid answer, or why there is none. */
export type Answered = { readonly latencyMs: number } & (
  | { readonly status: 'answered'; readonly prediction: Prediction }
  | Failure
);

const founderAnswers = z.object({
  answers: z.array(z.object({ name: z.string(), answer: z.unknown(), failed: z.optional(z.string()) })),
});

/** Judges what came as a standard answer. */
function judged(card: ModelCard, json: unknown, latencyMs: number): Answered {
  const result = judgeAnswer(card, json);
  return 'prediction' in result
    ? { status: 'answered', prediction: result.prediction, latencyMs }
    : { status: 'invalid', detail: result.wrong, latencyMs };
}

/** Asks the deployment's own models in one invocation. Never throws. @returns by name; whoever is missing did not answer. */
export async function askFounders(
  parts: ConsensusParts,
  card: ModelCard,
  inputs: Inputs,
): Promise<ReadonlyMap<string, Answered>> {
  const startedAt = performance.now();
  const latencyMs = () => Math.round((performance.now() - startedAt) * 10) / 10;
  try {
    const { dataset } = card;
    const { answers } = founderAnswers.parse(await parts.askFounders({ dataset, inputs }, foundersTimeoutMs));
    return new Map(
      answers.map(({ name, answer, failed }) => [
        name,
        failed === undefined
          ? judged(card, answer, latencyMs())
          : { status: 'refused', detail: failed.slice(0, 300), latencyMs: latencyMs() },
      ]),
    );
  } catch {
    return new Map();
  }
}

/** The query that a member's GET /predict is sent. */
function queryOf({ model, dataset }: Pick<MemberEntity, 'model' | 'dataset'>, inputs: Inputs): string {
  const query = new URLSearchParams(model === undefined ? { dataset } : { model });
  for (const [name, value] of Object.entries(inputs)) query.set(name, String(value));
  return query.toString();
}

/** Asks a member elsewhere for its standard answer. Never throws. */
export async function askMember(
  parts: ConsensusParts,
  card: ModelCard,
  member: Pick<MemberEntity, 'url' | 'model' | 'dataset'>,
  inputs: Inputs,
): Promise<Answered> {
  const path = `/predict?${queryOf(member, inputs)}`;
  const heard = await callMember(parts, member.url, { method: 'GET', path });
  return heard.status === 'answered' ? judged(card, heard.json, heard.latencyMs) : heard;
}

const silent: Answered = { status: 'unreachable', detail: 'it gave no answer', latencyMs: 0 };

/** Everybody on the roster, in its order, each with what `answers` knows of it by name. */
export function askedOf(group: DatasetGroup, answers: ReadonlyMap<string, Answered>): readonly Asked[] {
  return group.roster.seats.map(({ name, key, founder }) => ({
    name,
    key,
    founder,
    stake: group.stakes.get(key) ?? 0n,
    ...(answers.get(name) ?? silent),
  }));
}

/** Asks everybody at once: founders in one invocation, members elsewhere each within its own deadline. */
export async function askEverybody(
  parts: ConsensusParts,
  group: DatasetGroup,
  inputs: Inputs,
): Promise<readonly Asked[]> {
  const [founders, ...others] = await Promise.all([
    askFounders(parts, group.card, inputs),
    ...group.members.map(
      async (member) => [member.name, await askMember(parts, group.card, member, inputs)] as const,
    ),
  ]);
  return askedOf(group, new Map([...founders, ...others]));
}
