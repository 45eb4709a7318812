import { Problem } from '@layers/domain/problem';
import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { anonymous, askNobody, type Caller, type Identify } from './access.ts';

const nobody: Caller = { principal: anonymous, may: () => false };

export interface TokenTrust {
  readonly issuer: string;
  readonly audience: string;
  /** The issuer's public keys as a JWK set (RFC 7517), JSON; asked for when a token is met. */
  readonly keys: () => Promise<string>;
}

const tokenBytesMax = 4096;
const clockToleranceSeconds = 5;

/** Loaded with the first token: where tokens are off, functions start without it. */
const loadJose = () => import('jose');

const refused = (detail: string) => new Problem('unauthenticated', detail);

function bearerOf(headers: Readonly<Record<string, string>>): string {
  const token = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) throw refused('This route needs `Authorization: Bearer <token>`.');
  if (token.length > tokenBytesMax) throw refused(`The token is longer than ${tokenBytesMax} characters.`);
  return token;
}

/** Parses the set anew only when its text changed. */
function keysOf(read: () => Promise<string>): () => Promise<JWTVerifyGetKey> {
  let parsed: { readonly text: string; readonly keys: JWTVerifyGetKey } | undefined;
  return async () => {
    const text = await read();
    if (parsed?.text !== text) {
      const { createLocalJWKSet } = await loadJose();
      parsed = { text, keys: createLocalJWKSet(JSON.parse(text) as JSONWebKeySet) };
    }
    return parsed.keys;
  };
}

/** Bearer tokens (RFC 6750) that are JWTs: signed by the issuer, for this audience, unexpired, with a subject. */
export function askForToken(trust: TokenTrust): Identify {
  const readKeys = keysOf(trust.keys);
  return async ({ access }, headers) => {
    if (access === undefined) return nobody;
    const token = bearerOf(headers);
    const keys = await readKeys();
    const { errors, jwtVerify } = await loadJose();
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: trust.issuer,
        audience: trust.audience,
        algorithms: ['EdDSA', 'ES256', 'RS256', 'PS256'],
        clockTolerance: clockToleranceSeconds,
        requiredClaims: ['sub', 'exp'],
      });
      const scopes = new Set(typeof payload.scope === 'string' ? payload.scope.split(' ') : []);
      return { principal: payload.sub ?? anonymous, may: (scope) => scopes.has(scope) };
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      throw refused('The token is expired, or not of the issuer and audience that this deployment trusts.');
    }
  };
}

/** What a deployment says of tokens: whose they are, for whom, and in which secret the issuer's keys are. */
interface DeployedTokens {
  readonly issuer: string;
  readonly audience: string;
  readonly keysSecret: string;
}

/** Asks for a token where the deployment has an issuer; without one nobody is asked. */
export const identifyBy = (
  tokens: DeployedTokens | undefined,
  openSecret: (name: string) => () => Promise<string>,
): Identify =>
  tokens === undefined ? askNobody : askForToken({ ...tokens, keys: openSecret(tokens.keysSecret) });
