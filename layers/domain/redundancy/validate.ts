import { Problem } from '../problem.ts';
import type { Group } from './groups.ts';
import type { Settings } from './settings.ts';
import type { Decision, Transaction } from './transaction.ts';

/** `<type>/<id>[/<id>…]`: safe in a path and in a key: no `.` or `..` alone, at most 128 characters a part. */
const idPattern = /^[a-z]+(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]{1,128}){1,3}$/;

export function requireIds(group: Group, ids: readonly string[], settings: Settings): void {
  const wrong = ids.find(
    (id) => !idPattern.test(id) || !group.prefixes.some((prefix) => id.startsWith(prefix)),
  );
  if (wrong !== undefined) refuse(`${wrong} is no record id of the group ${group.name}.`);
  if (new Set(ids).size !== ids.length) refuse('A record is named twice. Merge its changes first.');
  // Beside the records, one transaction reads or writes the fence, the idempotency and the transaction row.
  const idsMax = settings.itemsMax - 3;
  if (ids.length === 0 || ids.length > idsMax) {
    refuse(`${ids.length} records were named; 1 to ${idsMax} are taken at once.`);
  }
}

function refuse(detail: string): never {
  throw new Problem('invalid-request', detail);
}

/** What `decide` gave back, before anything is written. */
export function requireDecision(settings: Settings, transaction: Transaction, decision: Decision): void {
  const ids = decision.changes.map(({ id }) => id);
  const stray = ids.find((id) => !transaction.keys.includes(id));
  if (stray !== undefined) refuse(`${stray} is changed without being one of the transaction's keys.`);
  if (new Set(ids).size !== ids.length) refuse('A record is changed twice in one transaction.');
  let total = 0;
  for (const { id, image } of decision.changes) {
    const size = image === undefined ? 0 : byteLength(image);
    requireSize(`The image of ${id}`, size, settings.imageBytesMax);
    total += size;
  }
  requireSize('The transaction', total, settings.transactionBytesMax);
  requireSize('The answer', byteLength(decision.answer), settings.answerBytesMax);
}

function requireSize(what: string, size: number, max: number): void {
  if (size <= max) return;
  throw new Problem('payload-too-large', `${what} has ${size} bytes, more than ${max}. Nothing was written.`);
}

const encoder = new TextEncoder();

/** UTF-8. Encoded only where the worst case, three bytes a character, leaves room for doubt. */
function byteLength(text: string): number {
  return text.length <= 1_000 ? text.length * 3 : encoder.encode(text).length;
}
