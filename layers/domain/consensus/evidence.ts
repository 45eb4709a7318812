import * as z from 'zod/mini';
import { canonicalJson } from '../canonical-json.ts';
import { classPrediction, valuePrediction } from '../models/answer.ts';
import { modelName } from '../models/card.ts';
import type { Entity, MirroredGroup } from '../redundancy/transaction.ts';
import { memberStatuses } from './compose.ts';
import { digest, memberName, protocols, publicKey, signature } from './member.ts';
import { membersMax } from './settings.ts';

const microUnits = z.string().check(z.regex(/^(?:0|[1-9][0-9]{0,29})$/));
const everyone = { name: memberName, key: publicKey, status: z.enum(memberStatuses) };
/** What is kept of an answer that is none. */
export const rawCharsMax = 2_000;
const prediction = z.lazy(() => z.union([classPrediction, valuePrediction]));

/** Who was asked, what each stood for then, and what each has bound itself to. Written before anybody reveals. */
export const commitsEntity = z.lazy(() =>
  z.looseObject({
    predictionId: z.string(),
    dataset: modelName,
    at: z.iso.datetime(),
    members: z
      .array(
        z.looseObject({
          ...everyone,
          founder: z.boolean(),
          protocol: z.enum(protocols),
          stake: microUnits,
          commitment: z.optional(digest),
          /** By the member's key, over the claim of `claims.ts`. */
          signature: z.optional(signature),
        }),
      )
      .check(z.maxLength(membersMax * 2)),
  }),
);

/** What was revealed, and the answer that was made of it. */
export const revealsEntity = z.lazy(() =>
  z.looseObject({
    predictionId: z.string(),
    dataset: modelName,
    at: z.iso.datetime(),
    members: z
      .array(
        z.looseObject({
          ...everyone,
          detail: z.optional(z.string().check(z.maxLength(300))),
          latencyMs: z.number().check(z.gte(0)),
          weight: z.number().check(z.gte(0), z.lte(1)),
          /** Of whoever answered validly; also of a reveal that does not match its commitment, as proof. */
          answer: z.optional(prediction),
          /** A signed answer that is none, as JSON: proof too. */
          raw: z.optional(z.string().check(z.maxLength(rawCharsMax))),
          salt: z.optional(z.string().check(z.maxLength(100))),
          signature: z.optional(signature),
        }),
      )
      .check(z.maxLength(membersMax * 2)),
    prediction,
    disagreement: z.number().check(z.gte(0), z.lte(1)),
    quorum: z.looseObject({ members: z.int(), answered: z.int(), share: z.number() }),
    method: z.looseObject({ weighting: z.string(), aggregator: z.string() }),
  }),
);

export type CommitsEntity = z.output<typeof commitsEntity>;
export type RevealsEntity = z.output<typeof revealsEntity>;

export const commitsKey = (predictionId: string) => `commits/${predictionId}`;
export const revealsKey = (predictionId: string) => `reveals/${predictionId}`;

/** Keeps evidence; what is there already stays as it is. @returns whether it is this that was kept. */
async function keepOnce(group: MirroredGroup, id: string, image: string): Promise<boolean> {
  const { answer } = await group.write({
    keys: [id],
    idempotency: undefined,
    decide: (current) => {
      const before = current.get(id)?.image;
      return {
        changes: before === undefined ? [{ id, image }] : [],
        answer: String(before === undefined || before === image),
      };
    },
  });
  return answer === 'true';
}

export const keepCommits = (group: MirroredGroup, commits: CommitsEntity) =>
  keepOnce(group, commitsKey(commits.predictionId), canonicalJson(commits));

export const keepReveals = (group: MirroredGroup, reveals: RevealsEntity) =>
  keepOnce(group, revealsKey(reveals.predictionId), canonicalJson(reveals));

export interface Evidence {
  readonly commits: CommitsEntity | undefined;
  /** `undefined` until the reveal: nobody sees an answer before. */
  readonly reveals: RevealsEntity | undefined;
}

const parse = <T>(schema: { parse(value: unknown): T }, entity: Entity | undefined) =>
  entity === undefined ? undefined : schema.parse(JSON.parse(entity.image));

/** All at one point in time, in the order of the ids. @param predictionIds at most 40. */
export async function readEvidences(
  group: MirroredGroup,
  predictionIds: readonly string[],
): Promise<readonly Evidence[]> {
  if (predictionIds.length === 0) return [];
  const { entities } = await group.read(predictionIds.flatMap((id) => [commitsKey(id), revealsKey(id)]));
  return predictionIds.map((id) => ({
    commits: parse(commitsEntity, entities.get(commitsKey(id))),
    reveals: parse(revealsEntity, entities.get(revealsKey(id))),
  }));
}

export async function readEvidence(group: MirroredGroup, predictionId: string): Promise<Evidence> {
  const [evidence] = await readEvidences(group, [predictionId]);
  return evidence ?? { commits: undefined, reveals: undefined };
}
