import type { RecordMapping } from './record-mapping.ts';
import { orderMapping } from './shop/order-mapping.ts';

const mappings: readonly RecordMapping[] = [orderMapping];

/** How a record is taken apart; `undefined` where one item holds everything. */
export function mappingOf(id: string): RecordMapping | undefined {
  return mappings.find(({ prefix }) => id.startsWith(prefix));
}
