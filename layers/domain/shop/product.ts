import * as z from 'zod/mini';
import { currencyCode, minorUnits } from './money.ts';

/** `prod_` and 128 bits in base64url. */
export const productIdPattern = /^prod_[A-Za-z0-9_-]{22}$/;
export const productIdOf = (random: string) => `prod_${random}`;

/**
 * What the catalogue says of a product. Its stock is a record of its own, so that selling does not change what the
 * catalogue says, nor the other way round.
 */
export const productEntity = z.lazy(() =>
  z.looseObject({
    id: z.string().check(z.regex(productIdPattern)),
    name: z.string(),
    description: z.optional(z.string()),
    priceMinor: minorUnits,
    currency: currencyCode,
    category: z.string(),
    image: z.optional(z.string()),
  }),
);

export type ProductEntity = z.output<typeof productEntity>;

/** What a caller may set; cancelled orders may add to it. */
export const unitsMax = 1_000_000;

/** Units that can be sold. Never below zero: an order that would take more is refused. */
export const stockEntity = z.lazy(() =>
  z.looseObject({
    productId: z.string().check(z.regex(productIdPattern)),
    units: z.int().check(z.gte(0)),
  }),
);

export type StockEntity = z.output<typeof stockEntity>;

export const productKey = (id: string) => `products/${id}`;
export const stockKey = (id: string) => `stock/${id}`;
