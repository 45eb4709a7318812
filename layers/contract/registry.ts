import { serverIdPattern } from '@layers/domain/registry/server';
import * as z from 'zod/mini';
import { idempotencyKey, locationHeader, mirrorHeader } from './headers.ts';
import { routes } from './route.ts';

export const serverId = z
  .string()
  .check(
    z.regex(serverIdPattern),
    z.meta({ description: 'A server id: a-z, 0-9 and hyphens.', examples: ['my-server'] }),
  );

const generation = z
  .int()
  .check(
    z.gte(1),
    z.meta({ description: 'Rises with each registration of an id; only the newest may send heartbeats.' }),
  );

const load = z.int().check(z.gte(0), z.lte(1_000_000), z.meta({ description: 'Requests under way.' }));

const capacity = z
  .int()
  .check(
    z.gte(1),
    z.lte(1_000),
    z.meta({ description: 'Relative to other servers: 2 is handed out twice as often as 1.' }),
  );

export const newServer = z.lazy(() =>
  z
    .strictObject({
      id: serverId,
      url: z.string().check(
        z.minLength(1),
        z.maxLength(500),
        z.meta({
          description:
            'Where clients reach it. https to a public address, without credentials, query or fragment; its /health is called once, now.',
          examples: ['https://shop.example.com'],
        }),
      ),
      capacity,
      publicKey: z
        .string()
        .check(
          z.regex(/^[A-Za-z0-9_-]{43}$/),
          z.meta({ description: 'Ed25519, 32 bytes in base64url. The id belongs to this key from now on.' }),
        ),
    })
    .check(z.meta({ id: 'NewServer' })),
);

export const heartbeat = z.lazy(() =>
  z.strictObject({ generation, load }).check(z.meta({ id: 'Heartbeat' })),
);

const lease = z.lazy(() =>
  z
    .object({ id: serverId, generation, expiresAt: z.iso.datetime(), heartbeatMs: z.int() })
    .check(z.meta({ id: 'Lease' })),
);

const listed = z.lazy(() =>
  z.object({
    id: serverId,
    server: z.string(),
    status: z.enum(['live', 'lapsed', 'left']),
    /** Leased servers send heartbeats; probed ones are asked for their health. */
    kind: z.enum(['leased', 'probed']),
    capacity: z.int(),
    load: z.int(),
    expiresAt: z.iso.datetime(),
    generation: z.optional(generation),
  }),
);

const excluded = z
  .optional(
    z.pipe(
      z
        .string()
        .check(
          z.regex(
            /^[a-z0-9][a-z0-9-]{0,62}(,[a-z0-9][a-z0-9-]{0,62}){0,9}$/,
            'must be up to ten server ids with commas',
          ),
        ),
      z.transform((ids) => new Set(ids.split(','))),
    ),
  )
  .check(
    z.meta({
      description: 'Servers that just failed the caller: up to ten ids with commas between.',
      schema: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,62}(,[a-z0-9][a-z0-9-]{0,62}){0,9}$' },
    }),
  );

const signature = z.string().check(
  z.regex(
    /^t=\d{1,15},ed25519=[A-Za-z0-9_-]{86}$/,
    'must be t=<milliseconds since 1970>,ed25519=<base64url>',
  ),
  z.meta({
    description:
      'Ed25519 over the canonical JSON (sorted members, no blanks) of {body, method, path, signedAtMs}, by the key that the id belongs to; each newer than the last, at most a minute old. `path` is the contract’s with its parameters filled in; a request without a body has body null.',
  }),
);

const signed = () => z.object({ 'tandem-signature': signature, 'idempotency-key': idempotencyKey() });
const one = () => ({ path: z.object({ id: serverId }) });
const writeProblems = [
  'forbidden',
  'idempotency-mismatch',
  'read-only-mode',
  'outcome-unknown',
  'unavailable',
] as const;

export const registry = routes({
  getServer: {
    method: 'GET',
    path: '/getServer',
    summary: 'A server that is alive, to send the next requests to',
    description: 'At random among the live ones, in proportion to capacity ÷ (1 + load).',
    request: () => ({ query: z.strictObject({ exclude: excluded }) }),
    responses: () => ({
      200: {
        description: 'One of the live servers.',
        headers: mirrorHeader,
        body: z
          .object({
            server: z.url(),
            id: serverId,
            expiresAt: z.iso.datetime(),
            load: z.int(),
            pickedFrom: z.int().check(z.gte(1)),
            stale: z.optional(z.literal(true)).check(
              z.meta({
                description: 'All leases lapsed at once, so the registry was cut off: the last known.',
              }),
            ),
          })
          .check(z.meta({ id: 'PickedServer' })),
      },
    }),
    problems: ['unavailable'],
  },
  listServers: {
    method: 'GET',
    path: '/servers',
    summary: 'Every server that the registry knows, alive or not',
    request: {},
    responses: () => ({
      200: {
        description: 'At most 200 and those of the deployment: one page.',
        headers: mirrorHeader,
        body: z
          .object({ items: z.array(listed), next: z.optional(z.string()) })
          .check(z.meta({ id: 'ServerPage' })),
      },
    }),
    problems: ['unavailable'],
  },
  registerServer: {
    method: 'POST',
    path: '/servers',
    summary: 'A server that wants to be handed out',
    description:
      'Registering again makes a new generation. The key of the first registration owns the id for good.',
    access: { scope: 'registry:register' },
    request: () => ({ headers: signed(), body: newServer }),
    responses: () => ({
      201: { description: 'Registered.', body: lease, headers: { ...mirrorHeader, ...locationHeader } },
    }),
    problems: ['limit-reached', ...writeProblems],
  },
  renewLease: {
    method: 'POST',
    path: '/servers/{id}/heartbeat',
    summary: 'A server that is still there, with its load',
    request: () => ({ ...one(), headers: signed(), body: heartbeat }),
    responses: () => ({ 200: { description: 'The lease goes on.', body: lease, headers: mirrorHeader } }),
    problems: ['lease-lapsed', ...writeProblems],
  },
  leaveRegistry: {
    method: 'DELETE',
    path: '/servers/{id}',
    summary: 'A server that drains: it is handed out no more',
    request: () => ({ ...one(), headers: signed() }),
    responses: () => ({ 204: { description: 'Left.', headers: mirrorHeader } }),
    problems: writeProblems,
  },
});
