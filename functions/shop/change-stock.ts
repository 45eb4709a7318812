import { shop } from '@layers/contract/shop';
import { changeStock as change } from '@layers/domain/shop/catalogue';
import { identifyWrite } from '@layers/http/idempotency-key';
import { productEtag } from '@layers/http/if-match';
import type { Handler } from '@layers/http/serve';
import type { ShopParts } from './shop-parts.ts';

export function changeStock({ group }: ShopParts): Handler<typeof shop.changeStock> {
  return async (input, call) => {
    const { id } = input.path;
    const { idempotency } = identifyWrite(shop.changeStock, input, call);
    const { units, versions, mirror } = await change(group, { id, delta: input.body.delta, idempotency });
    const headers = { ETag: productEtag(versions), Mirror: mirror };
    return { status: 200, headers, body: { id, stock: units } };
  };
}
