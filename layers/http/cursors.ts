import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { canonicalJson } from '@layers/domain/canonical-json';
import { Problem } from '@layers/domain/problem';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** What a cursor belongs to: it opens for the same list with the same filters alone. */
export type CursorScope = Readonly<Record<string, unknown>>;

/** Cursors that callers can neither read nor make nor carry to another list. */
export interface Cursors {
  /** `undefined`, the end of a list, stays `undefined`. */
  seal(scope: CursorScope, position: string | undefined): Promise<string | undefined>;
  /** @throws Problem `invalid-request` for a cursor that was altered or belongs elsewhere. */
  open(scope: CursorScope, cursor: string | undefined): Promise<string | undefined>;
}

const refused = () => {
  const detail = 'is not a cursor of this list with these filters. Take `next` unaltered, or leave it out.';
  return new Problem('invalid-request', `The cursor ${detail}`, {
    errors: [{ pointer: '/query/cursor', detail }],
  });
};

function decrypt(key: Buffer, scope: CursorScope, cursor: string): string {
  const bytes = Buffer.from(cursor, 'base64url');
  // Text that is not the one spelling of its bytes was altered too.
  if (bytes.byteLength <= nonceBytes + tagBytes || bytes.toString('base64url') !== cursor) throw refused();
  try {
    const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(Buffer.from(canonicalJson(scope)));
    decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
    return decipher.update(bytes.subarray(nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    throw refused();
  }
}

/** @param readSecret asked when the first cursor is met, not at cold start; whoever gives it keeps the value. */
export function sealedCursors(readSecret: () => Promise<string>): Cursors {
  const readKey = async () =>
    createHash('sha256')
      .update(await readSecret())
      .digest();
  return {
    async seal(scope, position) {
      if (position === undefined) return undefined;
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, await readKey(), nonce, { authTagLength: tagBytes });
      cipher.setAAD(Buffer.from(canonicalJson(scope)));
      const sealed = Buffer.concat([cipher.update(position, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
    },
    async open(scope, cursor) {
      return cursor === undefined ? undefined : decrypt(await readKey(), scope, cursor);
    },
  };
}
