import { shop } from '@layers/contract/shop';
import { createProduct as create } from '@layers/domain/shop/catalogue';
import { productIdOf } from '@layers/domain/shop/product';
import { identifyWrite } from '@layers/http/idempotency-key';
import { productEtag } from '@layers/http/if-match';
import type { Handler } from '@layers/http/serve';
import type { ShopParts } from './shop-parts.ts';
import { showProduct, splitBody } from './show-product.ts';

export function createProduct({ group }: ShopParts): Handler<typeof shop.createProduct> {
  return async (input, call) => {
    const { idempotency, newId } = identifyWrite(shop.createProduct, input, call);
    const state = await create(group, { id: productIdOf(newId), ...splitBody(input.body), idempotency });
    const headers = {
      ETag: productEtag(state.versions),
      Mirror: state.mirror,
      Location: `${call.baseUrl}/products/${state.id}`,
    };
    return { status: 201, headers, body: showProduct(state) };
  };
}
