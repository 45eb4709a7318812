import type { Identify } from '@layers/http/access';
import { identifyBy } from '@layers/http/bearer-tokens';
import { sealedCursors } from '@layers/http/cursors';
import { makeLog } from '@layers/http/log';
import { currentTrace } from '@layers/http/trace';
import { readEdgeSettings, readEnvironment } from '@layers/stores/environment';
import { openReadyGroup } from '@layers/stores/open-group';
import { openSecret } from '@layers/stores/open-secret';
import { redundancyEnvironment } from '@layers/stores/redundancy-environment';
import type { ShopParts } from './shop-parts.ts';

/** What the shop works with over the deployment's stores, and who may use it. Once, at a function's start. */
export function openShop(): { readonly parts: ShopParts; readonly identify: Identify } {
  const { cursorSecret, tokens } = readEdgeSettings();
  const log = makeLog({ function: 'shop' });
  const report = (event: object) => log.info('redundancy', { ...event });
  const environment = redundancyEnvironment(readEnvironment(), report, currentTrace);
  const parts = {
    group: openReadyGroup(environment, 'shop'),
    cursors: sealedCursors(openSecret(cursorSecret)),
    now: Date.now,
  };
  const identify = identifyBy(tokens, openSecret);
  return { parts, identify };
}
