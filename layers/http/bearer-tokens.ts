import { Problem } from '@layers/domain/problem';
import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { anonymous, type Caller, type Identify } from './access.ts';

const nobody: Caller = { principal: anonymous, may: () => false };

export interface TokenTrust {
  readonly issuer: string;
  readonly audience: string;
  /** The issuer's public keys. */
  readonly keys: JWTVerifyGetKey;
}

const tokenBytesMax = 4096;
const clockToleranceSeconds = 5;

const refused = (detail: string) => new Problem('unauthenticated', detail);

function bearerOf(headers: Readonly<Record<string, string>>): string {
  const token = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) throw refused('This route needs `Authorization: Bearer <token>`.');
  if (token.length > tokenBytesMax) throw refused(`The token is longer than ${tokenBytesMax} characters.`);
  return token;
}

/** Bearer tokens (RFC 6750) that are JWTs: signed by the issuer, for this audience, unexpired, with a subject. */
export function askForToken(trust: TokenTrust): Identify {
  return async ({ access }, headers) => {
    if (access === undefined) return nobody;
    const token = bearerOf(headers);
    try {
      const { payload } = await jwtVerify(token, trust.keys, {
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
