import { parseImage } from '../record-mappings.ts';
import type { Entities, MirroredGroup, MirrorState } from '../redundancy/transaction.ts';
import { type ProductFields, type ProductState, productIn } from './catalogue.ts';
import { worstOf } from './mirror-state.ts';
import { productEntity, productKey, stockKey } from './product.ts';

/** Everything that is named must hold. */
export interface ProductFilter {
  readonly category?: string | undefined;
  readonly minPriceMinor?: number | undefined;
  readonly maxPriceMinor?: number | undefined;
  /** Found in the name, in any case of letters. */
  readonly q?: string | undefined;
  readonly inStock?: boolean | undefined;
}

const holds = (fields: ProductFields, { category, minPriceMinor, maxPriceMinor, q }: ProductFilter) =>
  [
    category === undefined || fields.category === category,
    minPriceMinor === undefined || fields.priceMinor >= minPriceMinor,
    maxPriceMinor === undefined || fields.priceMinor <= maxPriceMinor,
    q === undefined || fields.name.toLowerCase().includes(q.toLowerCase()),
  ].every(Boolean);

const holdsStock = (units: number, { inStock }: ProductFilter) =>
  inStock === undefined || units > 0 === inStock;

/** Of the records read for one page; what is left comes with the next one. */
const readsPerPageMax = 8;
/** Products whose two records are read at one point in time; with the fence within a transaction's 100 items. */
const readTogetherMax = 20;

async function readStates(group: MirroredGroup, ids: readonly string[]) {
  const chunks = Array.from({ length: Math.ceil(ids.length / readTogetherMax) }, (_, index) =>
    ids.slice(index * readTogetherMax, (index + 1) * readTogetherMax),
  );
  const outcomes = await Promise.all(
    chunks.map((chunk) => group.read(chunk.flatMap((id) => [productKey(id), stockKey(id)]))),
  );
  const entities: Entities = new Map(outcomes.flatMap((outcome) => [...outcome.entities]));
  const states = ids.flatMap((id) => {
    const state = productIn(entities, id);
    return state === undefined ? [] : [state];
  });
  return { states, mirror: worstOf(outcomes.map((outcome) => outcome.mirror)) };
}

/**
 * Products by id, as many as fit `limit` and are found within a bounded search: a page may be short, even empty, and
 * still have a next one.
 */
export async function listProducts(
  group: MirroredGroup,
  filter: ProductFilter,
  page: { cursor: string | undefined; limit: number },
): Promise<{ items: readonly ProductState[]; next: string | undefined; mirror: MirrorState }> {
  const items: ProductState[] = [];
  const mirrors: MirrorState[] = [];
  let cursor = page.cursor;
  for (let reads = 0; reads < readsPerPageMax; reads += 1) {
    const listed = await group.list('products/', { cursor, limit: page.limit - items.length });
    const candidates = listed.items
      .map((item) => parseImage(productEntity, item))
      .filter((product) => holds(product, filter));
    const { states, mirror } = await readStates(
      group,
      candidates.map(({ id }) => id),
    );
    // Read again with the stock, so a product may have changed in between: what is shown is judged.
    items.push(...states.filter(({ fields, units }) => holds(fields, filter) && holdsStock(units, filter)));
    mirrors.push(listed.mirror, mirror);
    cursor = listed.next;
    if (cursor === undefined || items.length >= page.limit) break;
  }
  return { items, next: cursor, mirror: worstOf(mirrors) };
}
