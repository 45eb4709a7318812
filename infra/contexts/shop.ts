import type { Context } from './context.ts';
import { grantGroup } from './grant-group.ts';

/** Products, stock, carts and orders. */
export const shop: Context = {
  name: 'shop',
  grant: (target, state) => grantGroup(target, state, 'shop'),
};
