import type { cart } from '@layers/contract/shop-bodies';
import { type ShownCart, type ShownLine, totalsOf } from '@layers/domain/shop/carts';
import type * as z from 'zod/mini';

function showLine({ productId, quantity, product }: ShownLine) {
  if (product === undefined) return { productId, quantity, available: false };
  const { name, priceMinor, currency } = product;
  return { productId, quantity, available: true, name, priceMinor, currency };
}

export function showCart({ userId, lines }: ShownCart): z.input<typeof cart> {
  return { userId, items: lines.map(showLine), totals: totalsOf(lines) };
}
