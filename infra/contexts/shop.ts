import type { Context } from './context.ts';
import { grantGroup } from './grant-group.ts';

/** Products, stock, carts and orders. */
export const shop: Context = {
  name: 'shop',
  grant: (target, state, edge) => {
    grantGroup(target, state, 'shop');
    edge.grantSecrets(target);
  },
};

/** The same shop as servers of their own, each with an API of its own over the same stores: the registry hands them out. */
export const servers: readonly Context[] = ['alpha', 'beta'].map((name) => ({
  ...shop,
  name,
  code: 'shop',
  handler: 'server-entry.handler',
}));
