import type { order as shape } from '@layers/contract/shop-bodies';
import type { OrderEntity } from '@layers/domain/shop/order';
import type * as z from 'zod/mini';

export function showOrder(order: OrderEntity): z.input<typeof shape> {
  const { id, userId, lines, totalMinor, currency, status, createdAt, history } = order;
  const items = lines.map(({ productId, name, quantity, priceMinor }) => ({
    productId,
    name,
    quantity,
    priceMinor,
  }));
  const steps = history.map(({ status, at }) => ({ status, at }));
  return { id, userId, items, totalMinor, currency, status, createdAt, history: steps };
}
