import { shop } from '@layers/contract/shop';
import { deleteProduct as remove } from '@layers/domain/shop/catalogue';
import { identifyWrite } from '@layers/http/idempotency-key';
import { productPrecondition } from '@layers/http/if-match';
import type { Handler } from '@layers/http/serve';
import type { ShopParts } from './shop-parts.ts';

export function deleteProduct({ group }: ShopParts): Handler<typeof shop.deleteProduct> {
  return async (input, call) => {
    const precondition = productPrecondition(input.headers['if-match']);
    const { idempotency } = identifyWrite(shop.deleteProduct, input, call);
    const mirror = await remove(group, { id: input.path.id, precondition, idempotency });
    return { status: 204, headers: { Mirror: mirror } };
  };
}
