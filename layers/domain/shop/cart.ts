import * as z from 'zod/mini';
import { productIdPattern } from './product.ts';

/** A path segment and a token's subject alike; cannot be `.` or `..`. */
export const userIdPattern = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,63}$/;

/** Also what one order can hold: with its stock and products it must fit one transaction of the stores. */
export const linesMax = 25;
export const lineQuantityMax = 1_000;

export const cartLine = z.lazy(() =>
  z.looseObject({
    productId: z.string().check(z.regex(productIdPattern)),
    quantity: z.int().check(z.gte(1), z.lte(lineQuantityMax)),
  }),
);

/** What a user means to buy: no prices, those are looked up when it is read. */
export const cartEntity = z.lazy(() =>
  z.looseObject({
    userId: z.string().check(z.regex(userIdPattern)),
    lines: z.array(cartLine).check(z.maxLength(linesMax)),
  }),
);

export type CartLine = Readonly<{ productId: string; quantity: number }>;
export type CartEntity = z.output<typeof cartEntity>;

export const cartKey = (userId: string) => `carts/${userId}`;
