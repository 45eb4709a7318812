import { canonicalJson } from '@layers/domain/canonical-json';
import { commitmentText, commitText, revealText } from '@layers/domain/consensus/claims';
import { rawCharsMax } from '@layers/domain/consensus/evidence';
import { judgePrediction } from '@layers/domain/consensus/judge-answer';
import { digest, type MemberEntity, signature } from '@layers/domain/consensus/member';
import { classPrediction, type Prediction, valuePrediction } from '@layers/domain/models/answer';
import type { ModelCard } from '@layers/domain/models/card';
import { digestOf, signText, verifyText } from '@layers/http/claims';
import * as z from 'zod/mini';
import { type Answered, askFounders, askMember, type Inputs } from './ask-members.ts';
import { callMember, type Failure } from './call-member.ts';
import type { ConsensusParts } from './consensus-parts.ts';
import type { DatasetGroup } from './read-group.ts';

/** What a member bound itself to, signed; its answer is not known yet. */
interface Bound {
  readonly status: 'answered';
  readonly latencyMs: number;
  readonly commitment: string;
  readonly signature: string;
}

/** An answer that needs no reveal: of a member without a commitment, which is bound by having answered first. */
interface Given {
  readonly status: 'answered';
  readonly latencyMs: number;
  readonly prediction: Prediction;
}

/** A founder's answer: kept within this call until all have committed. */
interface Held extends Bound {
  readonly prediction: Prediction;
  readonly salt: string;
  readonly revealSignature: string;
}

export type Committed = Bound | Given | Held | (Failure & { readonly latencyMs: number });

/** What of a reveal is kept as evidence beside the answer. */
export interface Revealed {
  readonly answered: Answered;
  readonly answer?: Prediction;
  readonly raw?: string;
  readonly salt?: string;
  readonly signature?: string;
}

const commitAnswer = z.object({ commitment: digest, signature });
const revealAnswer = z.object({
  answer: z.unknown(),
  salt: z.string().check(z.minLength(22), z.maxLength(100)),
  signature,
});
const predictionShape = z.union([classPrediction, valuePrediction]);

interface Question {
  readonly predictionId: string;
  readonly card: ModelCard;
  readonly inputs: Inputs;
}

async function commitFounders(
  parts: ConsensusParts,
  { predictionId, card, inputs }: Question,
): Promise<readonly (readonly [string, Committed])[]> {
  const keys = await parts.keys();
  const answers = await askFounders(parts, card, inputs);
  return [...answers].map(([name, answered]): readonly [string, Committed] => {
    if (answered.status !== 'answered') return [name, answered];
    const { key, publicKey } = keys.founder(name);
    const salt = parts.newSalt();
    const answer = answered.prediction;
    const commitment = digestOf(commitmentText({ answer, key: publicKey, predictionId, salt }));
    return [
      name,
      {
        ...answered,
        salt,
        commitment,
        signature: signText(key, commitText({ commitment, predictionId })),
        revealSignature: signText(key, revealText({ answer, predictionId, salt })),
      },
    ];
  });
}

export async function commitMember(
  parts: ConsensusParts,
  member: MemberEntity,
  question: Question,
): Promise<Committed> {
  const { predictionId, card, inputs } = question;
  if (member.protocol === 'plain') return askMember(parts, card, member, inputs);
  const { dataset, model } = member;
  const body = { predictionId, dataset, inputs, ...(model === undefined ? {} : { model }) };
  const heard = await callMember(parts, member.url, { method: 'POST', path: '/commit', body });
  if (heard.status !== 'answered') return heard;
  const { latencyMs } = heard;
  const { data } = commitAnswer.safeParse(heard.json);
  if (data === undefined) return { status: 'invalid', detail: 'it sent no commitment', latencyMs };
  return verifyText(
    member.publicKey,
    commitText({ commitment: data.commitment, predictionId }),
    data.signature,
  )
    ? { status: 'answered', latencyMs, ...data }
    : { status: 'unsigned', detail: 'its commitment is not signed by its key', latencyMs };
}

/** The first step: everybody commits at once. @returns by name. */
export async function commitEverybody(
  parts: ConsensusParts,
  group: DatasetGroup,
  predictionId: string,
  inputs: Inputs,
): Promise<ReadonlyMap<string, Committed>> {
  const question = { predictionId, card: group.card, inputs };
  const [founders, ...others] = await Promise.all([
    commitFounders(parts, question),
    ...group.members.map(
      async (member) => [member.name, await commitMember(parts, member, question)] as const,
    ),
  ]);
  return new Map([...founders, ...others]);
}

/** What a member revealed, held against what it is bound to. */
function judgeReveal(
  member: MemberEntity,
  { commitment }: Bound,
  { predictionId, card }: Question,
  given: { readonly json: unknown; readonly latencyMs: number },
): Revealed {
  const { latencyMs } = given;
  const failed = (failure: Failure, proof: Omit<Revealed, 'answered'> = {}): Revealed => ({
    answered: { ...failure, latencyMs },
    ...proof,
  });
  const { data } = revealAnswer.safeParse(given.json);
  if (data === undefined) return failed({ status: 'invalid', detail: 'it revealed nothing' });
  const { answer, salt } = data;
  const key = member.publicKey;
  if (!verifyText(key, revealText({ answer, predictionId, salt }), data.signature))
    return failed({ status: 'unsigned', detail: 'its reveal is not signed by its key' });
  const parsed = predictionShape.safeParse(answer).data;
  // With other fields in it, what is kept would not be what was signed.
  const shaped = canonicalJson(parsed ?? null) === canonicalJson(answer) ? parsed : undefined;
  const raw = JSON.stringify(answer).slice(0, rawCharsMax);
  const proof = { salt, signature: data.signature, ...(shaped === undefined ? { raw } : { answer: shaped }) };
  if (digestOf(commitmentText({ answer, key, predictionId, salt })) !== commitment)
    return failed({ status: 'mismatch', detail: 'its reveal does not match its commitment' }, proof);
  const judged = judgePrediction(card, shaped);
  if ('wrong' in judged) return failed({ status: 'invalid', detail: judged.wrong }, proof);
  return { answered: { status: 'answered', prediction: judged.prediction, latencyMs }, ...proof };
}

export async function revealMember(
  parts: ConsensusParts,
  member: MemberEntity,
  bound: Bound,
  question: Question,
): Promise<Revealed> {
  const { predictionId } = question;
  const body = { predictionId, dataset: member.dataset };
  const heard = await callMember(parts, member.url, { method: 'POST', path: '/reveal', body });
  if (heard.status !== 'answered') return { answered: heard };
  return judgeReveal(member, bound, question, {
    json: heard.json,
    latencyMs: Math.round((bound.latencyMs + heard.latencyMs) * 10) / 10,
  });
}

function heldOf({ prediction, salt, revealSignature, latencyMs }: Held): Revealed {
  const answered: Answered = { status: 'answered', prediction, latencyMs };
  return { answered, answer: prediction, salt, signature: revealSignature };
}

/** The second step, after every commitment was kept: whoever committed reveals. @returns by name. */
export async function revealEverybody(
  parts: ConsensusParts,
  group: DatasetGroup,
  question: Question,
  committed: ReadonlyMap<string, Committed>,
): Promise<ReadonlyMap<string, Revealed>> {
  const members = new Map(group.members.map((member) => [member.name, member]));
  const revealed = [...committed].map(async ([name, each]): Promise<readonly [string, Revealed]> => {
    if (each.status !== 'answered') return [name, { answered: each }];
    if ('salt' in each) return [name, heldOf(each)];
    if ('prediction' in each) return [name, { answered: each, answer: each.prediction }];
    const member = members.get(name);
    if (member === undefined) throw new Error(`${name} committed and is no member.`);
    return [name, await revealMember(parts, member, each, question)];
  });
  return new Map(await Promise.all(revealed));
}
