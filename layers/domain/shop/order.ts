import * as z from 'zod/mini';
import { lineQuantityMax, linesMax, userIdPattern } from './cart.ts';
import { currencyCode, minorUnits } from './money.ts';
import { productIdPattern } from './product.ts';

/**
 * `ord_`, nine digits of base 32 that count down in milliseconds (so that a listing by id shows the newest first), and
 * 128 bits in base64url.
 */
export const orderIdPattern = /^ord_[0-9a-v]{9}[A-Za-z0-9_-]{22}$/;

const countdownFrom = 2 ** 45 - 1;
export const orderIdOf = (nowMs: number, random: string) =>
  `ord_${(countdownFrom - nowMs).toString(32).padStart(9, '0')}${random}`;

export const orderStatuses = ['placed', 'cancelled'] as const;

export const orderLine = z.lazy(() =>
  z.looseObject({
    productId: z.string().check(z.regex(productIdPattern)),
    /** As it was called when it was ordered. */
    name: z.string(),
    quantity: z.int().check(z.gte(1), z.lte(lineQuantityMax)),
    /** Of one unit, as it was when it was ordered. */
    priceMinor: minorUnits,
  }),
);

export const orderEntity = z.lazy(() =>
  z.looseObject({
    id: z.string().check(z.regex(orderIdPattern)),
    userId: z.string().check(z.regex(userIdPattern)),
    lines: z.array(orderLine).check(z.minLength(1), z.maxLength(linesMax)),
    totalMinor: z.int().check(z.gte(0)),
    currency: currencyCode,
    status: z.enum(orderStatuses),
    createdAt: z.iso.datetime(),
    /** Oldest first. */
    history: z
      .array(z.looseObject({ status: z.enum(orderStatuses), at: z.iso.datetime() }))
      .check(z.minLength(1)),
  }),
);

export type OrderLine = z.output<typeof orderLine>;
export type OrderEntity = z.output<typeof orderEntity>;

export const ordersPrefix = (userId: string) => `orders/${userId}/`;
export const orderKey = (userId: string, id: string) => `${ordersPrefix(userId)}${id}`;
