import * as z from 'zod/mini';
import { type Fields, type RecordMapping, upgradeFields } from './record-mapping.ts';
import { orderMapping } from './shop/order-mapping.ts';

const mappings: readonly RecordMapping[] = [orderMapping];

/** How a record is taken apart; `undefined` where one item holds everything and its schema has had one version. */
export function mappingOf(id: string): RecordMapping | undefined {
  return mappings.find(({ prefix }) => id.startsWith(prefix));
}

/** A record's entity, brought to the newest version of its schema. Throws `ZodError` for what no version of it wrote. */
export function parseImage<Schema extends z.core.$ZodType>(
  schema: Schema,
  { id, image }: { readonly id: string; readonly image: string },
): z.output<Schema> {
  return z.parse(schema, upgradeFields(JSON.parse(image) as Fields, mappingOf(id)?.upgrades ?? []));
}
