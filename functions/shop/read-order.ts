import type { shop } from '@layers/contract/shop';
import { readOrder as read } from '@layers/domain/shop/orders';
import { etagOf } from '@layers/http/if-match';
import type { Handler } from '@layers/http/serve';
import type { ShopParts } from './shop-parts.ts';
import { showOrder } from './show-order.ts';

export function readOrder({ group }: ShopParts): Handler<typeof shop.readOrder> {
  return async ({ path: { userId, orderId } }) => {
    const { order, version, mirror } = await read(group, userId, orderId);
    return { status: 200, headers: { ETag: etagOf(version), Mirror: mirror }, body: showOrder(order) };
  };
}
