import { shop } from '@layers/contract/shop';
import { serve } from '@layers/http/serve';
import { shopHandlers } from './handlers.ts';
import { openShop } from './open-shop.ts';

const { parts, identify } = openShop();

/** The shop behind the API. */
export const handler = serve('shop', shop, shopHandlers(parts), undefined, identify);
