import fc from 'fast-check';
import type * as z from 'zod/mini';

/** A type of record: its schema, an id of it, and any entity of it. */
export interface StoredType {
  readonly name: string;
  readonly id: string;
  readonly schema: z.core.$ZodType<object>;
  readonly entities: fc.Arbitrary<object>;
}
export const base64 = (length: number) =>
  fc.stringMatching(new RegExp(`^[A-Za-z0-9_-]{${length}}$`)).map((text) => text.slice(0, length));
export const instant = fc
  .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
export const text = fc.string({ unit: 'grapheme', maxLength: 40 });
export const maybe = { requiredKeys: [] as [] };
export const micro = fc.bigInt({ min: -(10n ** 29n), max: 10n ** 29n }).map(String);
export const list = <Element>(element: fc.Arbitrary<Element>, minLength: number, maxLength: number) =>
  fc.array(element, { minLength, maxLength });
export const both = (one: fc.Arbitrary<object>, other: fc.Arbitrary<object>) =>
  fc.tuple(one, other).map(([left, right]) => ({ ...left, ...right }));
export const share = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0);

export function finite(): fc.Arbitrary<number> {
  // -0 has no text of its own in JSON.
  return fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => value + 0);
}

/** Any JSON, with the names and numbers that trip mappings. */
export const anyJson: fc.Arbitrary<unknown> = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' });

/** Fields of a later version or of another program: none that the type knows. */
export const unknownFields: fc.Arbitrary<object> = fc.dictionary(
  fc.oneof(
    fc.string().map((name) => `x-${name}`),
    fc.constantFrom('__proto__', 'constructor', '10', '9', 'ver', 'kind'),
  ),
  anyJson,
  { maxKeys: 4 },
);
