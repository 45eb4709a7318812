import { Problem } from '@layers/domain/problem';
import type { Attributes } from './attribute-values.ts';

/** A position in a table or an index as opaque text. */
export function cursorOf(key: Attributes | undefined): string | undefined {
  return key === undefined ? undefined : Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** @throws Problem `invalid-request` for a text that is no cursor. */
export function keyOfCursor(cursor: string | undefined): Attributes | undefined {
  if (cursor === undefined) return undefined;
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (typeof key === 'object' && key !== null) return key as Attributes;
  } catch {
    // Said below.
  }
  throw new Problem('invalid-request', 'This cursor was not given by a list: take the `next` of one.');
}
