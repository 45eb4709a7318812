import * as z from 'zod/mini';
import { parsedOnce } from './parsed-once.ts';

const network = () => z.union([z.cidrv4(), z.cidrv6()]);

const probedServers = () =>
  z.pipe(
    z.pipe(
      z.string(),
      z.transform((text) => JSON.parse(text) as unknown),
    ),
    z
      .array(z.object({ id: z.string(), url: z.string(), capacity: z.int().check(z.gte(1)) }))
      .check(z.maxLength(20)),
  );

const edgeVariables = () =>
  z.object({
    /** Name or ARN of the secret that seals cursors. */
    CURSOR_SECRET: z.string().check(z.minLength(1)),
    /** Absent: tokens are off. */
    TOKEN_ISSUER: z.optional(z.url()),
    TOKEN_AUDIENCE: z._default(z.string().check(z.minLength(1)), 'tandem'),
    /** Name or ARN of the secret that holds the issuer's public keys as a JWK set. */
    TOKEN_KEYS_SECRET: z.optional(z.string().check(z.minLength(1))),
    /** The emulator's API for faults; on AWS it is not set. */
    AWS_ENDPOINT_URL_LAB: z.optional(z.url()),
  });

const outboundVariables = () =>
  z.object({
    /** Networks (CIDR, with commas) that may be called though they are not public. */
    ALLOWED_NETWORKS: z.pipe(
      z.pipe(
        z._default(z.string(), ''),
        z.transform((text) => text.split(',').filter((one) => one !== '')),
      ),
      z.array(network()),
    ),
    /** The deployment's own servers, as JSON. */
    PROBED_SERVERS: z._default(probedServers(), []),
    /** Where an emulator is reached from within a function; on AWS it is not set. */
    AWS_ENDPOINT_URL: z.optional(z.url()),
  });

/** What the edge of the API is told by infra: secrets by name, and whom to trust. */
export interface EdgeSettings {
  readonly cursorSecret: string;
  readonly tokens:
    | { readonly issuer: string; readonly audience: string; readonly keysSecret: string }
    | undefined;
  readonly labUrl: string | undefined;
}

/** What may be called from within a function, and which servers are to be. */
export interface OutboundSettings {
  readonly allowedNetworks: readonly string[];
  readonly probedServers: readonly { id: string; url: string; probeUrl: string; capacity: number }[];
}

/** @throws ZodError naming every variable that is missing or wrong; Error for an issuer without keys. */
export function parseEdgeSettings(source: NodeJS.ProcessEnv): EdgeSettings {
  const values = edgeVariables().parse(source, parsedOnce);
  const { TOKEN_ISSUER: issuer, TOKEN_AUDIENCE: audience, TOKEN_KEYS_SECRET: keysSecret } = values;
  if (issuer !== undefined && keysSecret === undefined)
    throw new Error('TOKEN_ISSUER is set without TOKEN_KEYS_SECRET: nothing could be verified.');
  return {
    cursorSecret: values.CURSOR_SECRET,
    tokens: issuer === undefined || keysSecret === undefined ? undefined : { issuer, audience, keysSecret },
    labUrl: values.AWS_ENDPOINT_URL_LAB,
  };
}

/** @throws ZodError naming every variable that is wrong. */
export function parseOutboundSettings(source: NodeJS.ProcessEnv): OutboundSettings {
  const values = outboundVariables().parse(source, parsedOnce);
  return {
    allowedNetworks: values.ALLOWED_NETWORKS,
    probedServers: values.PROBED_SERVERS.map((server) => ({
      ...server,
      probeUrl: new URL(server.url, values.AWS_ENDPOINT_URL).href.replace(/\/$/, ''),
    })),
  };
}
