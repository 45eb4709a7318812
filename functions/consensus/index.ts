import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { consensus } from '@layers/contract/consensus';
import { type AssessedDataset, assessedDataset } from '@layers/contract/consensus-bodies';
import { ledgerStakes } from '@layers/domain/staking/stake-book';
import { identifyBy } from '@layers/http/bearer-tokens';
import { makeLog } from '@layers/http/log';
import { lookupAddresses } from '@layers/http/outbound-address';
import { serve } from '@layers/http/serve';
import { currentTrace } from '@layers/http/trace';
import { openCatalogue } from '@layers/onnx-runtime/catalogue';
import { modelsFolder } from '@layers/onnx-runtime/models-folder';
import {
  readConsensusSettings,
  readEdgeSettings,
  readEnvironment,
  readOutboundSettings,
} from '@layers/stores/environment';
import { functionInvoker } from '@layers/stores/invoke-function';
import { openReadyGroup } from '@layers/stores/open-group';
import { openSecret } from '@layers/stores/open-secret';
import { redundancyEnvironment } from '@layers/stores/redundancy-environment';
import * as z from 'zod/mini';
import type { ConsensusParts } from './consensus-parts.ts';
import { consensusKeys } from './derive-keys.ts';
import { consensusHandlers } from './handlers.ts';

const edge = readEdgeSettings();
const settings = readConsensusSettings();
const log = makeLog({ function: 'consensus' });
const report = (event: object) => log.info('redundancy', { ...event });
const environment = redundancyEnvironment(readEnvironment(), report, currentTrace);

/** 65 kB that one route alone answers with. */
function readAssessed(): AssessedDataset[] {
  const text = readFileSync(new URL('./assessment.json', import.meta.url), 'utf8');
  return z.array(assessedDataset).parse(JSON.parse(text));
}

const parts: ConsensusParts = {
  readAssessed,
  catalogue: openCatalogue(modelsFolder),
  consensus: openReadyGroup(environment, 'consensus'),
  predictions: openReadyGroup(environment, 'predictions'),
  askFounders: functionInvoker(settings.foundersFunction),
  outbound: { networks: readOutboundSettings().allowedNetworks, lookup: lookupAddresses },
  keys: consensusKeys(openSecret(settings.seedSecret)),
  oracleKey: settings.oraclePublicKey,
  stakes: ledgerStakes(openReadyGroup(environment, 'ledger')),
  now: Date.now,
  newSalt: () => randomBytes(16).toString('base64url'),
};

const identify = identifyBy(edge.tokens, openSecret);

export const handler = serve('consensus', consensus, consensusHandlers(parts), undefined, identify);
