import { staking } from '@layers/contract/staking';
import { askNobody, type Identify } from '@layers/http/access';
import { askForToken } from '@layers/http/bearer-tokens';
import { makeLog } from '@layers/http/log';
import { serve } from '@layers/http/serve';
import { currentTrace } from '@layers/http/trace';
import { openCatalogue } from '@layers/onnx-runtime/catalogue';
import { modelsFolder } from '@layers/onnx-runtime/models-folder';
import { runScheduled } from '@layers/queue/scheduled';
import { readEdgeSettings, readEnvironment, readStakingSettings } from '@layers/stores/environment';
import { openReadyGroup } from '@layers/stores/open-group';
import { redundancyEnvironment } from '@layers/stores/redundancy-environment';
import { secretReader, secretsClient } from '@layers/stores/secrets';
import { stakingHandlers } from './handlers.ts';
import { settleEverything } from './settle-rounds.ts';
import type { StakingParts } from './staking-parts.ts';

const edge = readEdgeSettings();
const log = makeLog({ function: 'staking' });
const report = (event: object) => log.info('redundancy', { ...event });
const environment = redundancyEnvironment(readEnvironment(), report, currentTrace);

const parts: StakingParts = {
  ledger: openReadyGroup(environment, 'ledger'),
  consensus: openReadyGroup(environment, 'consensus'),
  predictions: openReadyGroup(environment, 'predictions'),
  catalogue: openCatalogue(modelsFolder),
  operatorKey: readStakingSettings().operatorPublicKey,
  now: Date.now,
};

const identify: Identify =
  edge.tokens === undefined
    ? askNobody
    : askForToken({ ...edge.tokens, keys: secretReader(secretsClient(), edge.tokens.keysSecret) });

export const handler = serve('staking', staking, stakingHandlers(parts), undefined, identify);

/** Started by a rule, once a minute. */
export const keepTime = runScheduled({
  settle: async () => {
    for (const { dataset, settled } of await settleEverything(parts))
      if (settled > 0) log.info('settled', { dataset, settled });
  },
});
