import { groups } from '@layers/domain/redundancy/groups';
import * as z from 'zod';
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

const matched = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\w./~#-]+$/);

/** Which requests, and what happens to them. */
export const fault = z
  .strictObject({
    store: z
      .string()
      .regex(/^[a-z][a-z0-9-]{1,40}$/)
      .meta({
        description:
          'A kind of store (`dynamodb`, `s3`, `sqs`) or one store (`dynamodb-primary`, `dynamodb-secondary`, `s3-documents`, `s3-replica`).',
      }),
    kind: z.enum(faultKinds),
    only: matched.optional().meta({
      description: 'A group (`shop`) or a type of its records (`orders`): other requests pass.',
    }),
    operation: matched.optional().meta({ description: 'Such as `TransactWriteItems` or `PutObject`.' }),
    key: matched.optional().meta({ description: 'Text in the id of a record that the request names.' }),
    probability: z.number().gt(0).max(1).optional(),
    count: z.int().min(1).max(1_000_000).optional().meta({ description: 'It ends after so many requests.' }),
    delayMs: z.int().min(1).max(60_000).optional().meta({ description: 'Of `delay`; 1000 unless told.' }),
  })
  .meta({ id: 'Fault' });

const setFault = z.object({ id: z.string(), met: z.int().min(0), fault }).meta({ id: 'SetFault' });

const labState = z
  .object({
    faults: z.array(setFault),
    queue: z.object({ paused: z.boolean() }),
    servers: z.array(z.object({ id: z.string(), silenced: z.boolean() })),
  })
  .meta({ id: 'LabState' });

const [firstGroup = '', ...otherGroups] = groups.map(({ name }) => name);
const experimenter = { scope: 'lab' } as const;
const serverId = z.enum(['tandem-alpha', 'tandem-beta']);
const stateAfter = { 200: { description: 'The lab after it.', body: labState } } as const;
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
    request: { body: fault },
    responses: { 201: { description: 'The fault, in force.', body: setFault } },
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
    request: { path: z.object({ id: z.string().regex(/^[a-z0-9]{1,32}$/) }) },
    responses: stateAfter,
    problems,
  },
  pauseQueue: {
    method: 'PUT',
    path: '/lab/queue',
    summary: 'Pause or resume the consumer of the queue of changes',
    access: experimenter,
    request: { body: z.strictObject({ paused: z.boolean() }) },
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
    request: {
      body: z.strictObject({
        group: z.enum([firstGroup, ...otherGroups]),
        id: z
          .string()
          .max(400)
          .regex(/^[\w.~-]+(\/[\w.~-]+)+$/),
        role: z.enum(['follower', 'replica']).optional().meta({ description: 'The follower unless told.' }),
      }),
    },
    responses: {
      200: {
        description: 'What was altered.',
        body: z.object({ store: z.string(), id: z.string(), before: z.unknown(), after: z.unknown() }),
      },
    },
    problems,
  },
  silenceServer: {
    method: 'PUT',
    path: '/lab/servers/{id}',
    summary: 'Make a server of the deployment fail, or mend it',
    access: experimenter,
    request: {
      path: z.object({ id: serverId }),
      body: z.strictObject({ silenced: z.boolean() }),
    },
    responses: stateAfter,
    problems,
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
