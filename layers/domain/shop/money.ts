import * as z from 'zod/mini';

/** Money in the currency's minor units (cents), whole and never negative; at most a million in major units. */
export const minorUnits = z.int().check(z.gte(0), z.lte(100_000_000));

/** ISO 4217. */
export const currencyCode = z
  .string()
  .check(z.regex(/^[A-Z]{3}$/, 'must be a currency code of ISO 4217, as EUR'));
