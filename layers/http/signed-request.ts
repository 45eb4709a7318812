import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { canonicalJson } from '@layers/domain/canonical-json';
import { Problem } from '@layers/domain/problem';

/** How far a signature's time may be from ours, either way: clocks differ, requests take time. */
const windowMs = 60_000;

/** What is signed: the request as the contract knows it, without the address it came by, which proxies change. */
export interface SignedParts {
  readonly method: string;
  /** With its parameters filled in, as `/servers/a1/heartbeat`. */
  readonly path: string;
  readonly body: unknown;
}

const textOf = (parts: SignedParts, signedAtMs: number) =>
  Buffer.from(canonicalJson({ ...parts, signedAtMs }), 'utf8');

/** The value of the header `tandem-signature`. @param privateKey Ed25519. */
export function signRequest(privateKey: KeyObject, parts: SignedParts, nowMs: number): string {
  const signature = sign(null, textOf(parts, nowMs), privateKey).toString('base64url');
  return `t=${nowMs},ed25519=${signature}`;
}

const refused = (detail: string) => new Problem('forbidden', detail);

/**
 * @param publicKey Ed25519, 32 bytes in base64url.
 * @returns when it was signed, for the caller to refuse what is not newer than the last.
 * @throws Problem `forbidden`.
 */
export function verifyRequest(publicKey: string, parts: SignedParts, header: string, nowMs: number): number {
  const [, time = '', signature = ''] = /^t=(\d{1,15}),ed25519=([A-Za-z0-9_-]{86})$/.exec(header) ?? [];
  if (time === '') throw refused('tandem-signature must be t=<milliseconds since 1970>,ed25519=<base64url>.');
  const signedAtMs = Number(time);
  if (Math.abs(nowMs - signedAtMs) > windowMs)
    throw refused(
      `The signature is of ${new Date(signedAtMs).toISOString()}, more than a minute off. Check the clock.`,
    );
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
  if (!verify(null, textOf(parts, signedAtMs), key, Buffer.from(signature, 'base64url')))
    throw refused('The signature is not of the key that this id belongs to, or not over this request.');
  return signedAtMs;
}
