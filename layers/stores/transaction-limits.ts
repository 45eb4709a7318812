import { Problem } from '@layers/domain/problem';
import type { PlannedAction } from './row-actions.ts';

/**
 * Of DynamoDB, https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html (409,600 bytes an item,
 * 4 MB a transaction), less what the estimate of bytes may miss.
 */
export const transactionItemsMax = 100;
const transactionBytesMax = 3_900_000;
const itemBytesMax = 400_000;

/** @throws Problem `payload-too-large`, before any request. */
export function requireItemsMax(items: number): void {
  if (items > transactionItemsMax)
    throw tooLarge(`${items} items at once; ${transactionItemsMax} is the most`);
}

/** @throws Problem `payload-too-large`, before any request; Error for a row that is named twice. */
export function requireLimits(planned: readonly PlannedAction[]): void {
  requireItemsMax(planned.reduce((count, { items }) => count + items.length, 0));
  const sizes = planned.flatMap(({ itemBytes }) => itemBytes);
  const largest = Math.max(0, ...sizes);
  if (largest > itemBytesMax) throw tooLarge(`an item of ${largest} bytes; ${itemBytesMax} is the most`);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes > transactionBytesMax)
    throw tooLarge(`${bytes} bytes at once; ${transactionBytesMax} is the most`);
  const named = new Set(planned.map(({ key }) => JSON.stringify([key.pk, key.sk])));
  if (named.size < planned.length) throw new Error('A transaction names a row twice: merge its actions.');
}

function tooLarge(what: string): Problem {
  return new Problem('payload-too-large', `The store cannot take ${what}. Nothing was written: send less.`);
}
