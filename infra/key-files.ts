import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tandemFolder } from './emulator/paths.ts';

/** An Ed25519 key, made on first use and kept, readable by its owner alone. */
export function keyOf(folder: string, id: string): KeyObject {
  const path = join(folder, `${id}.pem`);
  try {
    return createPrivateKey(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const { privateKey } = generateKeyPairSync('ed25519');
    mkdirSync(folder, { recursive: true });
    try {
      writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
    } catch (refused) {
      // Another process was faster: its key is the one.
      if ((refused as NodeJS.ErrnoException).code !== 'EEXIST') throw refused;
      return createPrivateKey(readFileSync(path, 'utf8'));
    }
    return privateKey;
  }
}

/** 32 bytes in base64url. */
export const publicKeyOf = (key: KeyObject): string => createPublicKey(key).export({ format: 'jwk' }).x ?? '';

/** Whose signatures a deployment trusts: on a laptop its keys are here, elsewhere only their public halves are known. */
export const trustedNames = ['oracle', 'operator'] as const;
export type TrustedName = (typeof trustedNames)[number];

const trustedFolder = join(tandemFolder, 'keys');

/** The private key of somebody that the deployment on this laptop trusts. */
export const trustedKey = (name: TrustedName): KeyObject => keyOf(trustedFolder, name);
