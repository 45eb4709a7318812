import { groups } from '@layers/domain/redundancy/groups';
import * as z from 'zod/mini';
import { routes } from './route.ts';

/** What a fault does to a request that it meets. */
export const faultKinds = [
  'down',
  'error',
  'delay',
  'hang',
  'drop-request',
  'drop-reply',
  'conflict',
] as const;

const matched = () => z.string().check(z.minLength(1), z.maxLength(200), z.regex(/^[\w./~#-]+$/));

/** Which requests, and what happens to them. */
export const fault = z.lazy(() =>
  z
    .strictObject({
      store: z.string().check(
        z.regex(/^[a-z][a-z0-9-]{1,40}$/),
        z.meta({
          description:
            'A kind of store (`dynamodb`, `s3`, `sqs`) or one store (`dynamodb-primary`, `dynamodb-secondary`, `s3-documents`, `s3-replica`).',
        }),
      ),
      kind: z.enum(faultKinds),
      only: z.optional(matched()).check(
        z.meta({
          description: 'A group (`shop`) or a type of its records (`orders`): other requests pass.',
        }),
      ),
      operation: z
        .optional(matched())
        .check(z.meta({ description: 'Such as `TransactWriteItems` or `PutObject`.' })),
      key: z
        .optional(matched())
        .check(z.meta({ description: 'Text in the id of a record that the request names.' })),
      probability: z.optional(z.number().check(z.gt(0), z.lte(1))),
      count: z
        .optional(z.int().check(z.gte(1), z.lte(1_000_000)))
        .check(z.meta({ description: 'It ends after so many requests.' })),
      delayMs: z
        .optional(z.int().check(z.gte(1), z.lte(60_000)))
        .check(z.meta({ description: 'Of `delay`; 1000 unless told.' })),
    })
    .check(z.meta({ id: 'Fault' })),
);

const setFault = z.lazy(() =>
  z.object({ id: z.string(), met: z.int().check(z.gte(0)), fault }).check(z.meta({ id: 'SetFault' })),
);

/** How a member that is invited to a round plays, once it has joined. */
export const invitedBehaviours = ['lie', 'switch'] as const;

const invitationFields = () => ({
  dataset: z.enum(['iris', 'titanic', 'california-housing']),
  behaviour: z.enum(invitedBehaviours).check(
    z.meta({
      description:
        '`lie`: it favours what its model thinks least of. `switch`: it reveals another answer than it has committed to.',
    }),
  ),
});

const invitation = z.lazy(() => z.strictObject(invitationFields()).check(z.meta({ id: 'Invitation' })));

const invitedRound = z.lazy(() =>
  z
    .object({
      ...invitationFields(),
      state: z.enum(['playing', 'settled', 'failed']),
      step: z.string().check(z.meta({ description: 'What is being done, or why it failed.' })),
      member: z.optional(z.string()).check(z.meta({ description: 'The name of whoever was invited.' })),
      asked: z.int().check(z.gte(0), z.meta({ description: 'Predictions that were asked and judged.' })),
      missing: z.int().check(z.gte(0), z.meta({ description: 'Those that the round still needs.' })),
    })
    .check(z.meta({ id: 'InvitedRound' })),
);

const labState = z.lazy(() =>
  z
    .object({
      round: z.optional(invitedRound),
      faults: z.array(setFault),
      queue: z.object({ paused: z.boolean() }),
      servers: z.array(z.object({ id: z.string(), silenced: z.boolean() })),
    })
    .check(z.meta({ id: 'LabState' })),
);

const [firstGroup = '', ...otherGroups] = groups.map(({ name }) => name);
const experimenter = { scope: 'lab' } as const;
const serverId = () => z.enum(['tandem-alpha', 'tandem-beta']);
const stateAfter = () => ({ 200: { description: 'The lab after it.', body: labState } }) as const;
const problems = ['unavailable'] as const;

/** Breaking things on purpose: deployed with `-c lab=true` alone, which no deployment to AWS takes. */
export const lab = routes({
  readLab: {
    method: 'GET',
    path: '/lab',
    summary: 'What is broken on purpose at the moment',
    access: experimenter,
    request: {},
    responses: stateAfter,
    problems,
  },
  setFault: {
    method: 'POST',
    path: '/lab/faults',
    summary: 'Break a store',
    access: experimenter,
    request: () => ({ body: fault }),
    responses: () => ({ 201: { description: 'The fault, in force.', body: setFault } }),
    problems,
  },
  clearFaults: {
    method: 'DELETE',
    path: '/lab/faults',
    summary: 'Mend every store',
    access: experimenter,
    request: {},
    responses: stateAfter,
    problems,
  },
  clearFault: {
    method: 'DELETE',
    path: '/lab/faults/{id}',
    summary: 'Take one fault back',
    access: experimenter,
    request: () => ({ path: z.object({ id: z.string().check(z.regex(/^[a-z0-9]{1,32}$/)) }) }),
    responses: stateAfter,
    problems,
  },
  pauseQueue: {
    method: 'PUT',
    path: '/lab/queue',
    summary: 'Pause or resume the consumer of the queue of changes',
    access: experimenter,
    request: () => ({ body: z.strictObject({ paused: z.boolean() }) }),
    responses: stateAfter,
    problems,
  },
  corruptCopy: {
    method: 'POST',
    path: '/lab/corruption',
    summary: 'Change one copy of one record behind the protocol’s back',
    description:
      'Its first text or number is altered, its version stays: what a flipped bit or a stray script does.',
    access: experimenter,
    request: () => ({
      body: z.strictObject({
        group: z.enum([firstGroup, ...otherGroups]),
        id: z.string().check(z.maxLength(400), z.regex(/^[\w.~-]+(\/[\w.~-]+)+$/)),
        role: z
          .optional(z.enum(['follower', 'replica']))
          .check(z.meta({ description: 'The follower unless told.' })),
      }),
    }),
    responses: () => ({
      200: {
        description: 'What was altered.',
        body: z.object({ store: z.string(), id: z.string(), before: z.unknown(), after: z.unknown() }),
      },
    }),
    problems,
  },
  silenceServer: {
    method: 'PUT',
    path: '/lab/servers/{id}',
    summary: 'Make a server of the deployment fail, or mend it',
    access: experimenter,
    request: () => ({
      path: z.object({ id: serverId() }),
      body: z.strictObject({ silenced: z.boolean() }),
    }),
    responses: stateAfter,
    problems,
  },
  inviteToRound: {
    method: 'POST',
    path: '/lab/rounds',
    summary: 'A round of predictions with a member that does not play by the rules',
    description:
      'Opens the books where they are not, credits and joins the member, asks known rows until the round is full, tells their outcomes as the oracle, and settles. GET /lab says how far it is.',
    access: experimenter,
    request: () => ({ body: invitation }),
    responses: () => ({ 202: { description: 'The lab, with the round that has begun.', body: labState } }),
    problems: ['limit-reached', ...problems],
  },
  resetLab: {
    method: 'POST',
    path: '/lab/reset',
    summary: 'Mend everything that was broken on purpose',
    access: experimenter,
    request: {},
    responses: stateAfter,
    problems,
  },
});
