import { shop } from '@layers/contract/shop';
import { Problem } from '@layers/domain/problem';
import { replaceProduct as replace } from '@layers/domain/shop/catalogue';
import { identifyWrite } from '@layers/http/idempotency-key';
import { productEtag, productPrecondition } from '@layers/http/if-match';
import type { Handler } from '@layers/http/serve';
import type { ShopParts } from './shop-parts.ts';
import { showProduct, splitBody } from './show-product.ts';

export function replaceProduct({ group }: ShopParts): Handler<typeof shop.replaceProduct> {
  return async (input, call) => {
    const precondition = productPrecondition(input.headers['if-match']);
    if (input.body.stock !== undefined && precondition === undefined) {
      throw new Problem(
        'precondition-required',
        'Setting the stock blindly would bring sold units back. Send the ETag of the product as If-Match, leave ' +
          '`stock` out, or POST a delta to /products/{id}/stock.',
      );
    }
    const { idempotency } = identifyWrite(shop.replaceProduct, input, call);
    const { fields, units } = splitBody(input.body);
    const state = await replace(group, { id: input.path.id, fields, units, precondition, idempotency });
    const headers = { ETag: productEtag(state.versions), Mirror: state.mirror };
    return { status: 200, headers, body: showProduct(state) };
  };
}
