import { groups } from '@layers/domain/redundancy/groups';
import * as z from 'zod/mini';
import { integerParameter } from './query.ts';
import { copies, event, failover, groupState, moved, queueState, repair } from './redundancy-bodies.ts';
import { routes } from './route.ts';

const [firstGroup = '', ...otherGroups] = groups.map(({ name }) => name);
const [firstType = '', ...otherTypes] = groups.flatMap(({ prefixes }) =>
  prefixes.map((prefix) => prefix.replace('/', '')),
);

const groupName = z.enum([firstGroup, ...otherGroups]).check(z.meta({ id: 'GroupName' }));
/** One name for both: a gateway takes no two names for a parameter at the same place. */
const oneGroup = () => ({ path: z.object({ subject: groupName }) });
const operator = { scope: 'redundancy:operate' } as const;
const operatorProblems = ['unavailable', 'outcome-unknown'] as const;

export const redundancy = routes({
  readRedundancy: {
    method: 'GET',
    path: '/redundancy',
    summary: 'Every group of records: its mode, how far its copies are, what was last compared and drilled',
    description:
      'Counted when it is asked. What could not be counted, since a store does not answer, is absent and `reachable` false.',
    request: {},
    responses: () => ({
      200: {
        description: 'The groups and the queue of changes.',
        body: z.object({ at: z.iso.datetime(), groups: z.array(groupState), queue: queueState }),
      },
    }),
    problems: ['unavailable'],
  },
  listRedundancyEvents: {
    method: 'GET',
    path: '/redundancy/events',
    summary:
      'What happened to the groups, newest first: changes of mode, repairs, divergence, what operators did',
    request: () => ({
      query: z.strictObject({
        limit: z.optional(integerParameter(1, 200, 'Events, at most; 50 unless told.')),
        group: z.optional(groupName),
      }),
    }),
    responses: () => ({ 200: { description: 'Events.', body: z.object({ items: z.array(event) }) } }),
    problems: ['unavailable'],
  },
  readCopies: {
    method: 'GET',
    path: '/redundancy/{subject}/{key}',
    summary: 'One record in every store that holds it, side by side, with what differs',
    description:
      'The key of an order is its user and its id with %2F between them. Copies are read one after the other: between two of them a write may be under way.',
    access: operator,
    request: () => ({
      path: z.object({
        subject: z.enum([firstType, ...otherTypes]),
        key: z.pipe(
          z.string().check(z.regex(/^[\w.~-]{1,128}((%2[Ff]|\/)[\w.~-]{1,128}){0,3}$/)),
          z.transform((key) => key.replaceAll(/%2f/gi, '/')),
        ),
      }),
    }),
    responses: () => ({ 200: { description: 'The copies.', body: copies } }),
    problems: ['unavailable'],
  },
  repairGroup: {
    method: 'POST',
    path: '/redundancy/{subject}/repair',
    summary: 'Compare all copies with the authority now, and mend what differs',
    description:
      'In NORMAL the copies are compared and mended one after the other, as many as there is time for; where `next` is answered, the rest is asked for with `from`. In any other mode the group is brought a step nearer to NORMAL.',
    access: operator,
    request: () => ({
      ...oneGroup(),
      query: z.strictObject({
        from: z.optional(
          z
            .string()
            .check(
              z.regex(/^[a-z0-9-]{1,40}$/),
              z.meta({ description: 'The copy to begin with: `next` of the answer before.' }),
            ),
        ),
      }),
    }),
    responses: () => ({ 200: { description: 'What was found and mended.', body: repair } }),
    problems: operatorProblems,
  },
  failOver: {
    method: 'POST',
    path: '/redundancy/{subject}/failover',
    summary: 'Leave the authority: promote a follower of rows, or read from a follower of documents',
    description:
      'Without `force` only from NORMAL, and nothing acknowledged is lost. With it from any mode in which the follower may lack writes: the answer names those that are lost, as far as the old authority still tells.',
    access: operator,
    request: () => ({ ...oneGroup(), body: z.strictObject({ force: z.optional(z.boolean()) }) }),
    responses: () => ({ 200: { description: 'The group after it.', body: failover } }),
    problems: operatorProblems,
  },
  failBack: {
    method: 'POST',
    path: '/redundancy/{subject}/failback',
    summary: 'Let the store that decided at first decide again',
    description:
      'It has to be caught up first, which it is by itself: until then 503 with Retry-After. Where it decides already nothing happens.',
    access: operator,
    request: oneGroup,
    responses: () => ({ 200: { description: 'The group after it.', body: failover } }),
    problems: operatorProblems,
  },
  redriveGroup: {
    method: 'POST',
    path: '/redundancy/{subject}/redrive',
    summary: 'Send the changes of a group that were given up once more',
    access: operator,
    request: oneGroup,
    responses: () => ({ 200: { description: 'How many.', body: moved } }),
    problems: operatorProblems,
  },
});
