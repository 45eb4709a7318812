import { shop } from '@layers/contract/shop';
import { listOrders as list } from '@layers/domain/shop/orders';
import { linkToNext } from '@layers/http/link-header';
import type { Handler } from '@layers/http/serve';
import type { ShopParts } from './shop-parts.ts';
import { showOrder } from './show-order.ts';

const limitUnlessTold = 20;

export function listOrders({ group, cursors }: ShopParts): Handler<typeof shop.listOrders> {
  return async ({ path: { userId }, query }, { baseUrl }) => {
    const scope = { list: shop.listOrders.path, userId };
    const cursor = await cursors.open(scope, query.cursor);
    const page = await list(group, userId, { cursor, limit: query.limit ?? limitUnlessTold });
    const next = await cursors.seal(scope, page.next);
    return {
      status: 200,
      headers: { Mirror: page.mirror, ...linkToNext(`${baseUrl}/orders/${userId}`, query, next) },
      body: { items: page.items.map(showOrder), ...(next === undefined ? {} : { next }) },
    };
  };
}
