import { shop } from '@layers/contract/shop';
import { orderIdOf } from '@layers/domain/shop/order';
import { placeOrder as place } from '@layers/domain/shop/orders';
import { identifyWrite } from '@layers/http/idempotency-key';
import { etagOf } from '@layers/http/if-match';
import type { Handler } from '@layers/http/serve';
import type { ShopParts } from './shop-parts.ts';
import { showOrder } from './show-order.ts';

export function placeOrder({ group, now }: ShopParts): Handler<typeof shop.placeOrder> {
  return async (input, call) => {
    const { userId, items } = input.body;
    const { idempotency, newId } = identifyWrite(shop.placeOrder, input, call);
    const atMs = now();
    const placing = {
      userId,
      items,
      id: orderIdOf(atMs, newId),
      at: new Date(atMs).toISOString(),
      idempotency,
    };
    const { order, version, mirror } = await place(group, placing);
    const headers = {
      ETag: etagOf(version),
      Mirror: mirror,
      Location: `${call.baseUrl}/orders/${userId}/${order.id}`,
    };
    return { status: 201, headers, body: showOrder(order) };
  };
}
