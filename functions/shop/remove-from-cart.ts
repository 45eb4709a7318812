import { shop } from '@layers/contract/shop';
import { removeFromCart as remove } from '@layers/domain/shop/carts';
import { identifyWrite } from '@layers/http/idempotency-key';
import type { Handler } from '@layers/http/serve';
import type { ShopParts } from './shop-parts.ts';

export function removeFromCart({ group }: ShopParts): Handler<typeof shop.removeFromCart> {
  return async (input, call) => {
    const { idempotency } = identifyWrite(shop.removeFromCart, input, call);
    const mirror = await remove(group, { ...input.path, idempotency });
    return { status: 204, headers: { Mirror: mirror } };
  };
}
