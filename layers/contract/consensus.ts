import { memberName, publicKey } from '@layers/domain/consensus/member';
import * as z from 'zod/mini';
import {
  aggregatorName,
  consensusAnswer,
  currentWeights,
  dataset,
  memberView,
  newMember,
  newOutcome,
  newPrediction,
  predictionId,
  predictionView,
  report,
  weightingName,
  weightsLine,
} from './consensus-bodies.ts';
import { idempotencyKey, locationHeader, mirrorHeader } from './headers.ts';
import { integerParameter } from './query.ts';
import { routes } from './route.ts';

const value = z.union([
  z.string().check(z.maxLength(1000)),
  z.array(z.string().check(z.maxLength(1000))).check(z.maxLength(100)),
]);
const asked = () =>
  z.catchall(
    z.object({
      dataset: value.check(
        z.meta({
          description: 'The data set whose members are asked: iris, titanic, california-housing.',
        }),
      ),
      weighting: z
        .optional(value)
        .check(z.meta({ description: `How members are weighed: ${weightingName.options.join(', ')}.` })),
      aggregator: z
        .optional(value)
        .check(z.meta({ description: `How one answer is made: ${aggregatorName.options.join(', ')}.` })),
    }),
    value,
  );

const signed = () =>
  z.object({
    'tandem-signature': z.string().check(
      z.regex(
        /^t=\d{1,15},ed25519=[A-Za-z0-9_-]{86}$/,
        'must be t=<milliseconds since 1970>,ed25519=<base64url>',
      ),
      z.meta({
        description:
          'Ed25519 by the member’s key over the canonical JSON of {body, method, path, signedAtMs}; at most a minute old, newer than its last. A request without a body has body null.',
      }),
    ),
    'idempotency-key': idempotencyKey(),
  });

const anyDataset = z
  .string()
  .check(z.minLength(1), z.maxLength(100), z.meta({ description: 'A data set.', examples: ['iris'] }));
const ofDataset = () => ({ query: z.strictObject({ dataset: anyDataset }) });
const onePrediction = () => ({ path: z.object({ id: predictionId }) });
const writeProblems = ['idempotency-mismatch', 'read-only-mode', 'outcome-unknown', 'unavailable'] as const;

export const consensus = routes({
  readConsensus: {
    method: 'GET',
    path: '/consensus',
    summary: 'Who asks, who judges, and by which rules',
    request: {},
    responses: () => ({
      200: {
        description: 'Keys to verify calls and outcomes by, data sets, and the lists of methods.',
        body: z.object({
          publicKey: publicKey.check(z.meta({ description: 'Signs the calls that members get.' })),
          oraclePublicKey: z
            .optional(publicKey)
            .check(z.meta({ description: 'Signs outcomes; absent where there is no oracle.' })),
          datasets: z.array(z.string()),
          weightings: z.array(z.object({ name: z.string(), title: z.string() })),
          aggregators: z.array(z.object({ name: z.string(), title: z.string() })),
          limits: z.record(z.string(), z.number()),
        }),
      },
    }),
    problems: ['unavailable'],
  },
  askTogether: {
    method: 'GET',
    path: '/consensus/predict',
    summary: 'Asks every member of a data set and makes one answer of theirs',
    description:
      'Arguments as in GET /predict. Shows at once and never counts. Members that are late, dead or wrong are in the answer with their status and weight 0.',
    request: () => ({ query: asked() }),
    responses: () => ({
      200: { description: 'One answer, and what each member said.', body: consensusAnswer },
    }),
    problems: ['not-found', 'no-quorum', 'unavailable'],
  },
  listMembers: {
    method: 'GET',
    path: '/consensus/members',
    summary: 'The members of a data set, with what each counts',
    request: ofDataset,
    responses: () => ({
      200: {
        description: 'At most 50: one page. Their addresses are not shown.',
        headers: mirrorHeader,
        body: z
          .object({ items: z.array(memberView), next: z.optional(z.string()) })
          .check(z.meta({ id: 'MemberPage' })),
      },
    }),
    problems: ['not-found', 'unavailable'],
  },
  joinConsensus: {
    method: 'POST',
    path: '/consensus/members',
    summary: 'A model behind a URL that wants to be asked',
    description:
      'It is asked once, now, and must answer. Scored at weight 0 for 5 batches of 20 outcomes, then it counts. Joining again moves it to another address.',
    access: { scope: 'consensus:join' },
    request: () => ({ headers: signed(), body: newMember }),
    responses: () => ({
      201: { description: 'Joined.', body: memberView, headers: { ...mirrorHeader, ...locationHeader } },
    }),
    problems: ['forbidden', 'limit-reached', ...writeProblems],
  },
  leaveConsensus: {
    method: 'DELETE',
    path: '/consensus/members/{dataset}/{name}',
    summary: 'A member that leaves: it is asked no more',
    request: () => ({ path: z.object({ dataset, name: memberName }), headers: signed() }),
    responses: () => ({ 204: { description: 'Left.', headers: mirrorHeader } }),
    problems: ['forbidden', ...writeProblems],
  },
  openPrediction: {
    method: 'POST',
    path: '/consensus/predictions',
    summary: 'A prediction that counts: members commit, then reveal, and are judged by its outcome',
    access: { scope: 'consensus:predict' },
    request: () => ({ headers: z.object({ 'idempotency-key': idempotencyKey() }), body: newPrediction }),
    responses: () => ({
      201: {
        description: 'Revealed; it waits for its outcome.',
        body: predictionView,
        headers: { ...mirrorHeader, ...locationHeader },
      },
    }),
    problems: ['limit-reached', 'no-quorum', ...writeProblems],
  },
  readPrediction: {
    method: 'GET',
    path: '/consensus/predictions/{id}',
    summary: 'A prediction that counts',
    request: onePrediction,
    responses: () => ({
      200: { description: 'With its answers after the reveal.', body: predictionView, headers: mirrorHeader },
    }),
    problems: ['unavailable'],
  },
  reportOutcome: {
    method: 'POST',
    path: '/consensus/predictions/{id}/outcome',
    summary: 'What was true, signed by the oracle',
    description:
      'The first outcome counts; the same again is answered the same. Weights move in the order of predictions.',
    request: () => ({ ...onePrediction(), body: newOutcome }),
    responses: () => ({ 200: { description: 'Judged.', body: predictionView, headers: mirrorHeader } }),
    problems: ['forbidden', 'outcome-conflict', 'wrong-phase', ...writeProblems],
  },
  readReport: {
    method: 'GET',
    path: '/consensus/report',
    summary: 'How good members and ways of combining them are',
    request: ofDataset,
    responses: () => ({ 200: { description: 'Out of fold and live.', body: report, headers: mirrorHeader } }),
    problems: ['not-found', 'unavailable'],
  },
  readWeights: {
    method: 'GET',
    path: '/consensus/weights',
    summary: 'What each member of a data set counts now',
    request: ofDataset,
    responses: () => ({
      200: { description: 'After the outcomes so far.', body: currentWeights, headers: mirrorHeader },
    }),
    problems: ['not-found', 'unavailable'],
  },
  listWeights: {
    method: 'GET',
    path: '/consensus/weights/history',
    summary: 'How weights moved, outcome by outcome',
    request: () => ({
      query: z.strictObject({
        dataset: anyDataset,
        after: z.optional(
          integerParameter(0, 999_999_999, 'The place of the last line seen; the first ones unless told.'),
        ),
        limit: z.optional(integerParameter(1, 100, 'Lines at most; 100 unless told.')),
      }),
    }),
    responses: () => ({
      200: {
        description: 'Oldest first; `next` is the `after` of the next page.',
        headers: mirrorHeader,
        body: z
          .object({ items: z.array(weightsLine), next: z.optional(z.int()) })
          .check(z.meta({ id: 'WeightsHistory' })),
      },
    }),
    problems: ['not-found', 'unavailable'],
  },
});
