import { randomFillSync } from 'node:crypto';

const pool = Buffer.alloc(4_096);
let used = pool.length;

/**
 * Random bytes as text, of the same source as `randomBytes`, but drawn for many requests at once: asking the system for
 * sixteen bytes costs more than everything else that an id takes.
 */
export function randomText(bytes: number, encoding: 'hex' | 'base64url'): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const text = pool.toString(encoding, used, used + bytes);
  // What was given out is not kept.
  pool.fill(0, used, used + bytes);
  used += bytes;
  return text;
}
