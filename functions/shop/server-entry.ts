import { server } from '@layers/contract/server';
import { nowhereAmong } from '@layers/http/nowhere';
import { serve } from '@layers/http/serve';
import { shopHandlers } from './handlers.ts';
import { openShop } from './open-shop.ts';
import { readServerHealth } from './read-server-health.ts';

const { parts, identify } = openShop();

/** The shop as a server of its own, which says whether it is well: `tandem-alpha`, `tandem-beta`. */
export const handler = serve(
  'server',
  server,
  { ...shopHandlers(parts), readHealth: readServerHealth(parts.group) },
  nowhereAmong(Object.values(server)),
  identify,
);
