import type { shop } from '@layers/contract/shop';
import { readProduct as read } from '@layers/domain/shop/catalogue';
import { productEtag } from '@layers/http/if-match';
import type { Handler } from '@layers/http/serve';
import type { ShopParts } from './shop-parts.ts';
import { showProduct } from './show-product.ts';

export function readProduct({ group }: ShopParts): Handler<typeof shop.readProduct> {
  return async ({ path: { id } }) => {
    const state = await read(group, id);
    const headers = { ETag: productEtag(state.versions), Mirror: state.mirror };
    return { status: 200, headers, body: showProduct(state) };
  };
}
