import * as z from 'zod/mini';

export const serverIdPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** A server that registered itself. Its id belongs to the key it first came with. */
export const serverEntity = z.looseObject({
  id: z.string().check(z.regex(serverIdPattern)),
  url: z.string().check(z.maxLength(500)),
  /** Relative to other servers: one of 2 is handed out twice as often as one of 1. */
  capacity: z.int().check(z.gte(1), z.lte(1_000)),
  /** Requests under way, as it last said. */
  load: z.int().check(z.gte(0), z.lte(1_000_000)),
  /** Ed25519, 32 bytes in base64url. */
  publicKey: z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/)),
  /** Rises with each registration: what an earlier instance still sends is told from the present one's. */
  generation: z.int().check(z.gte(1)),
  state: z.enum(['serving', 'left']),
  registeredAt: z.iso.datetime(),
  heartbeatAt: z.iso.datetime(),
  /** End of the lease; judged when read. */
  expiresAt: z.iso.datetime(),
  /** When the last accepted write was signed, milliseconds since 1970: an older signature is a replay. */
  signedAtMs: z.int().check(z.gte(0)),
});

export type ServerEntity = z.output<typeof serverEntity>;

export const serversPrefix = 'servers/';
export const serverKey = (id: string) => `${serversPrefix}${id}`;
