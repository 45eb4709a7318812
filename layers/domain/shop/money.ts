import * as z from 'zod';

/** Money in the currency's minor units (cents), whole and never negative; at most a million in major units. */
export const minorUnits = z.int().min(0).max(100_000_000);

/** ISO 4217. */
export const currencyCode = z.string().regex(/^[A-Z]{3}$/, 'must be a currency code of ISO 4217, as EUR');
