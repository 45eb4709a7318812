import { canonicalJson } from '../canonical-json.ts';
import { Problem } from '../problem.ts';
import { parseImage } from '../record-mappings.ts';
import type {
  Entities,
  Idempotency,
  MirroredGroup,
  MirrorState,
  Version,
} from '../redundancy/transaction.ts';
import {
  type ProductEntity,
  productEntity,
  productKey,
  type StockEntity,
  stockEntity,
  stockKey,
  unitsMax,
} from './product.ts';

/** What a caller may say of a product; id, stock and version are kept apart from it. */
export type ProductFields = Readonly<
  Pick<ProductEntity, 'name' | 'priceMinor' | 'currency' | 'category' | 'description' | 'image'>
>;

/** A product is two records, so two versions. */
export interface ProductVersions {
  readonly product: Version;
  readonly stock: Version;
}

export interface ProductState {
  readonly id: string;
  readonly fields: ProductFields;
  readonly units: number;
  readonly versions: ProductVersions;
}

/** True if the change may go on from these versions: the caller's If-Match. */
export type Precondition = (current: ProductVersions) => boolean;

interface Found {
  readonly product: ProductEntity;
  readonly stock: StockEntity;
  readonly versions: ProductVersions;
}

const noProduct = (id: string) => new Problem('not-found', `There is no product ${id}.`);

function find(entities: Entities, id: string): Found | undefined {
  const product = entities.get(productKey(id));
  if (product === undefined) return undefined;
  const stock = entities.get(stockKey(id));
  if (stock === undefined)
    throw new Error(`Product ${id} has no stock record: they are only written together.`);
  return {
    product: parseImage(productEntity, product),
    stock: parseImage(stockEntity, stock),
    versions: { product: product.version, stock: stock.version },
  };
}

function findCurrent(entities: Entities, id: string, precondition: Precondition | undefined): Found {
  const found = find(entities, id);
  if (found === undefined) throw noProduct(id);
  if (precondition !== undefined && !precondition(found.versions)) {
    throw new Problem(
      'precondition-failed',
      `Product ${id} has changed since. Read it again and repeat the change with its new ETag.`,
    );
  }
  return found;
}

/** A product as it is in one consistent view, if it is there. */
export function productIn(entities: Entities, id: string): ProductState | undefined {
  const found = find(entities, id);
  return found === undefined ? undefined : stateOf(id, found);
}

const stateOf = (id: string, { product, stock, versions }: Found): ProductState => ({
  id,
  fields: product,
  units: stock.units,
  versions,
});

/**
 * A new product with its stock, in one transaction.
 * @throws Problem `version-conflict` if the id is taken: a key of idempotency was used again after its lifetime.
 */
export async function createProduct(
  group: MirroredGroup,
  request: { id: string; fields: ProductFields; units: number; idempotency: Idempotency | undefined },
): Promise<ProductState & { mirror: MirrorState }> {
  const { id, fields, units, idempotency } = request;
  const outcome = await group.write({
    keys: [productKey(id), stockKey(id)],
    idempotency,
    decide(current, next) {
      if (current.get(productKey(id)) !== undefined) {
        throw new Problem('version-conflict', `Product ${id} was made with this key before. Make a new key.`);
      }
      return {
        changes: [
          { id: productKey(id), image: canonicalJson({ ...fields, id }) },
          { id: stockKey(id), image: canonicalJson({ productId: id, units }) },
        ],
        answer: JSON.stringify({
          id,
          versions: { product: next(productKey(id)), stock: next(stockKey(id)) },
        }),
      };
    },
  });
  // The id too: an earlier try with the same key may have made another one.
  const answered = JSON.parse(outcome.answer) as { id: string; versions: ProductVersions };
  return { ...answered, fields, units, mirror: outcome.mirror };
}

/** @throws Problem `not-found`. */
export async function readProduct(
  group: MirroredGroup,
  id: string,
): Promise<ProductState & { mirror: MirrorState }> {
  const { entities, mirror } = await group.read([productKey(id), stockKey(id)]);
  const found = find(entities, id);
  if (found === undefined) throw noProduct(id);
  return { ...stateOf(id, found), mirror };
}

/**
 * Replaces what the catalogue says; the stock only if `units` is given.
 * @throws Problem `not-found`, `precondition-failed`.
 */
export async function replaceProduct(
  group: MirroredGroup,
  request: {
    id: string;
    fields: ProductFields;
    units: number | undefined;
    precondition: Precondition | undefined;
    idempotency: Idempotency | undefined;
  },
): Promise<ProductState & { mirror: MirrorState }> {
  const { id, fields, idempotency } = request;
  const outcome = await group.write({
    keys: [productKey(id), stockKey(id)],
    idempotency,
    decide(current, next) {
      const { product, stock, versions } = findCurrent(current, id, request.precondition);
      const units = request.units ?? stock.units;
      // Fields that a later version of this code wrote are kept.
      const replaced = { ...product, description: undefined, image: undefined, ...fields };
      const stockChange = { id: stockKey(id), image: canonicalJson({ ...stock, units }) };
      const changesStock = units !== stock.units;
      return {
        changes: [
          { id: productKey(id), image: canonicalJson(replaced) },
          ...(changesStock ? [stockChange] : []),
        ],
        answer: JSON.stringify({
          units,
          versions: {
            product: next(productKey(id)),
            stock: changesStock ? next(stockKey(id)) : versions.stock,
          },
        }),
      };
    },
  });
  const answered = JSON.parse(outcome.answer) as { units: number; versions: ProductVersions };
  return { id, fields, ...answered, mirror: outcome.mirror };
}

/** @throws Problem `not-found`, `precondition-failed`. */
export async function deleteProduct(
  group: MirroredGroup,
  request: { id: string; precondition: Precondition | undefined; idempotency: Idempotency | undefined },
): Promise<MirrorState> {
  const { id, precondition, idempotency } = request;
  const { mirror } = await group.write({
    keys: [productKey(id), stockKey(id)],
    idempotency,
    decide(current) {
      findCurrent(current, id, precondition);
      return {
        changes: [
          { id: productKey(id), image: undefined },
          { id: stockKey(id), image: undefined },
        ],
        answer: '',
      };
    },
  });
  return mirror;
}

export interface StockState {
  readonly units: number;
  readonly versions: ProductVersions;
  readonly mirror: MirrorState;
}

/**
 * Adds units, or takes them away where `delta` is negative; blind to what else changed, so it needs no version.
 * @throws Problem `not-found`, `insufficient-stock` below zero, `limit-reached` above `unitsMax`.
 */
export async function changeStock(
  group: MirroredGroup,
  request: { id: string; delta: number; idempotency: Idempotency | undefined },
): Promise<StockState> {
  const { id, delta, idempotency } = request;
  const outcome = await group.write({
    keys: [stockKey(id), productKey(id)],
    idempotency,
    decide(current, next) {
      const { stock, versions } = findCurrent(current, id, undefined);
      const units = stock.units + delta;
      if (units < 0) {
        const detail = `There are ${stock.units} units, ${-delta} cannot be taken away.`;
        throw new Problem('insufficient-stock', detail, { errors: [{ pointer: '/body/delta', detail }] });
      }
      if (units > unitsMax)
        throw new Problem(
          'limit-reached',
          `A product holds at most ${unitsMax} units; it has ${stock.units}.`,
        );
      return {
        changes: [{ id: stockKey(id), image: canonicalJson({ ...stock, units }) }],
        answer: JSON.stringify({ units, versions: { product: versions.product, stock: next(stockKey(id)) } }),
      };
    },
  });
  return { ...(JSON.parse(outcome.answer) as Omit<StockState, 'mirror'>), mirror: outcome.mirror };
}
