import * as z from 'zod';

/** A whole number in a query string, without sign tricks, exponents or blanks; OpenAPI shows it as an integer. */
export function integerParameter(minimum: number, maximum: number, description: string) {
  return z
    .string()
    .regex(/^-?\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(minimum).max(maximum))
    .meta({ description, schema: { type: 'integer', minimum, maximum } });
}

/** `true` or `false`, nothing else. */
export function booleanParameter(description: string) {
  return z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .meta({ description, schema: { type: 'boolean' } });
}

/** The two parameters of every list. */
export const pageParameters = {
  limit: integerParameter(1, 100, 'Items in a page, at most; 20 unless told.').optional(),
  cursor: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .meta({ description: 'Where the last page ended: its `next`, unaltered.' }),
};

/** `{items, next}`: the shape of every list. `next` is absent on the last page. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().optional() });
}
