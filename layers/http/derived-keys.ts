import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto';

/** PKCS #8 of an Ed25519 key is this and its 32 bytes (RFC 8410). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * One of the Ed25519 keys that a deployment has by its one secret: always the same for a purpose (HKDF, RFC 5869).
 * @param seed at least 32 random characters
 */
export function deriveKey(seed: string, purpose: string): KeyObject {
  const bytes = Buffer.from(hkdfSync('sha256', seed, 'tandem', purpose, 32));
  return createPrivateKey({ key: Buffer.concat([pkcs8Prefix, bytes]), format: 'der', type: 'pkcs8' });
}

/** Ed25519, 32 bytes in base64url. */
export const publicKeyOf = (key: KeyObject): string => createPublicKey(key).export({ format: 'jwk' }).x ?? '';
