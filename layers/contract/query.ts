import * as z from 'zod/mini';

/** A whole number in a query string, without sign tricks, exponents or blanks; OpenAPI shows it as an integer. */
export function integerParameter(minimum: number, maximum: number, description: string) {
  return z
    .pipe(
      z.pipe(z.string().check(z.regex(/^-?\d{1,15}$/, 'must be a whole number')), z.transform(Number)),
      z.int().check(z.gte(minimum), z.lte(maximum)),
    )
    .check(z.meta({ description, schema: { type: 'integer', minimum, maximum } }));
}

/** `true` or `false`, nothing else. */
export function booleanParameter(description: string) {
  return z
    .pipe(
      z.enum(['true', 'false']),
      z.transform((value) => value === 'true'),
    )
    .check(z.meta({ description, schema: { type: 'boolean' } }));
}

/** The two parameters of every list. */
export const pageParameters = () => ({
  limit: z.optional(integerParameter(1, 100, 'Items in a page, at most; 20 unless told.')),
  cursor: z
    .optional(z.string().check(z.minLength(1), z.maxLength(1024)))
    .check(z.meta({ description: 'Where the last page ended: its `next`, unaltered.' })),
});

/** `{items, next}`: the shape of every list. `next` is absent on the last page. */
export function pageOf<T extends z.core.$ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.optional(z.string()) });
}
