import { shop } from '@layers/contract/shop';
import { cancelOrder as cancel } from '@layers/domain/shop/orders';
import { identifyWrite } from '@layers/http/idempotency-key';
import { etagOf } from '@layers/http/if-match';
import type { Handler } from '@layers/http/serve';
import type { ShopParts } from './shop-parts.ts';
import { showOrder } from './show-order.ts';

export function cancelOrder({ group, now }: ShopParts): Handler<typeof shop.cancelOrder> {
  return async (input, call) => {
    const { userId, orderId: id } = input.path;
    const { idempotency } = identifyWrite(shop.cancelOrder, input, call);
    const at = new Date(now()).toISOString();
    const { order, version, mirror } = await cancel(group, { userId, id, at, idempotency });
    return { status: 200, headers: { ETag: etagOf(version), Mirror: mirror }, body: showOrder(order) };
  };
}
