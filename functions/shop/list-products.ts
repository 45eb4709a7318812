import { shop } from '@layers/contract/shop';
import { listProducts as list } from '@layers/domain/shop/list-products';
import { linkToNext } from '@layers/http/link-header';
import type { Handler } from '@layers/http/serve';
import type { ShopParts } from './shop-parts.ts';
import { showProduct } from './show-product.ts';

const limitUnlessTold = 20;

export function listProducts({ group, cursors }: ShopParts): Handler<typeof shop.listProducts> {
  return async ({ query }, { baseUrl }) => {
    const { cursor, limit = limitUnlessTold, ...filter } = query;
    const scope = { list: shop.listProducts.path, ...filter };
    const page = await list(group, filter, { cursor: await cursors.open(scope, cursor), limit });
    const next = await cursors.seal(scope, page.next);
    return {
      status: 200,
      headers: { Mirror: page.mirror, ...linkToNext(`${baseUrl}/products`, query, next) },
      body: { items: page.items.map(showProduct), ...(next === undefined ? {} : { next }) },
    };
  };
}
