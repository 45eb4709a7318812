import type { shop } from '@layers/contract/shop';
import { readCart as read } from '@layers/domain/shop/carts';
import type { Handler } from '@layers/http/serve';
import type { ShopParts } from './shop-parts.ts';
import { showCart } from './show-cart.ts';

export function readCart({ group }: ShopParts): Handler<typeof shop.readCart> {
  return async ({ path: { userId } }) => {
    const shown = await read(group, userId);
    return { status: 200, headers: { Mirror: shown.mirror }, body: showCart(shown) };
  };
}
