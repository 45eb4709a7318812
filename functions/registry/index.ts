import { registry } from '@layers/contract/registry';
import { identifyBy } from '@layers/http/bearer-tokens';
import { makeLog } from '@layers/http/log';
import { lookupAddresses } from '@layers/http/outbound-address';
import { serve } from '@layers/http/serve';
import { currentTrace } from '@layers/http/trace';
import { readEdgeSettings, readEnvironment, readOutboundSettings } from '@layers/stores/environment';
import { openReadyGroup } from '@layers/stores/open-group';
import { openSecret } from '@layers/stores/open-secret';
import { redundancyEnvironment } from '@layers/stores/redundancy-environment';
import { registryHandlers } from './handlers.ts';
import { makeServerProbes } from './server-probes.ts';

const edge = readEdgeSettings();
const { allowedNetworks, probedServers } = readOutboundSettings();
const log = makeLog({ function: 'registry' });
const report = (event: object) => log.info('redundancy', { ...event });
const environment = redundancyEnvironment(readEnvironment(), report, currentTrace);

const identify = identifyBy(edge.tokens, openSecret);

const handlers = registryHandlers({
  group: openReadyGroup(environment, 'registry'),
  probes: makeServerProbes(probedServers, Date.now),
  outbound: { networks: allowedNetworks, lookup: lookupAddresses },
  now: Date.now,
  random: Math.random,
});

export const handler = serve('registry', registry, handlers, undefined, identify);
