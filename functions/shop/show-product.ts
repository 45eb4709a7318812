import type { product } from '@layers/contract/shop-bodies';
import type { ProductFields, ProductState } from '@layers/domain/shop/catalogue';
import type * as z from 'zod/mini';

/** What the contract shows of a product; what other versions of the code keep with it stays inside. */
export function showProduct({ id, fields, units, versions }: ProductState): z.input<typeof product> {
  const { name, priceMinor, currency, category, description, image } = fields;
  const shown = { id, name, priceMinor, currency, category, stock: units, version: versions.product.ver };
  return {
    ...shown,
    ...(description === undefined ? {} : { description }),
    ...(image === undefined ? {} : { image }),
  };
}

/** A body apart into the catalogue's fields and the stock. */
export function splitBody<B extends ProductFields & { readonly stock?: number | undefined }>(body: B) {
  const { stock, ...fields } = body;
  return { fields, units: stock as B['stock'] };
}
