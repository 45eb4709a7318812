import { shop } from '@layers/contract/shop';
import { addToCart as add } from '@layers/domain/shop/carts';
import { identifyWrite } from '@layers/http/idempotency-key';
import type { Handler } from '@layers/http/serve';
import type { ShopParts } from './shop-parts.ts';
import { showCart } from './show-cart.ts';

export function addToCart({ group }: ShopParts): Handler<typeof shop.addToCart> {
  return async (input, call) => {
    const { userId } = input.path;
    const { idempotency } = identifyWrite(shop.addToCart, input, call);
    const shown = await add(group, { userId, line: input.body, idempotency });
    const headers = { Mirror: shown.mirror, Location: `${call.baseUrl}/cart/${userId}` };
    return { status: 201, headers, body: showCart(shown) };
  };
}
