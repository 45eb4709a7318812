import { server as serverRows } from '@layers/contract/server';
import { shop } from '@layers/contract/shop';
import { askNobody, type Identify } from '@layers/http/access';
import { askForToken } from '@layers/http/bearer-tokens';
import { sealedCursors } from '@layers/http/cursors';
import { makeLog } from '@layers/http/log';
import { nowhereAmong } from '@layers/http/nowhere';
import { serve } from '@layers/http/serve';
import { currentTrace } from '@layers/http/trace';
import { readEdgeSettings, readEnvironment } from '@layers/stores/environment';
import { openReadyGroup } from '@layers/stores/open-group';
import { redundancyEnvironment } from '@layers/stores/redundancy-environment';
import { secretReader, secretsClient } from '@layers/stores/secrets';
import { shopHandlers } from './handlers.ts';
import { readServerHealth } from './read-server-health.ts';
import type { ShopParts } from './shop-parts.ts';

const edge = readEdgeSettings();
const secrets = secretsClient();
const log = makeLog({ function: 'shop' });
const report = (event: object) => log.info('redundancy', { ...event });
const environment = redundancyEnvironment(readEnvironment(), report, currentTrace);

const parts: ShopParts = {
  group: openReadyGroup(environment, 'shop'),
  cursors: sealedCursors(secretReader(secrets, edge.cursorSecret)),
  now: Date.now,
};

const identify: Identify =
  edge.tokens === undefined
    ? askNobody
    : askForToken({ ...edge.tokens, keys: secretReader(secrets, edge.tokens.keysSecret) });

const handlers = shopHandlers(parts);

/** The shop behind the API. */
export const handler = serve('shop', shop, handlers, undefined, identify);

/** The shop as a server of its own, which says whether it is well: `tandem-alpha`, `tandem-beta`. */
export const serverHandler = serve(
  'server',
  serverRows,
  { ...handlers, readHealth: readServerHealth(parts.group) },
  nowhereAmong(Object.values(serverRows)),
  identify,
);
