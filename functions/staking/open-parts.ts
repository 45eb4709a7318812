import { makeLog } from '@layers/http/log';
import { currentTrace } from '@layers/http/trace';
import { openCatalogue } from '@layers/onnx-runtime/catalogue';
import { modelsFolder } from '@layers/onnx-runtime/models-folder';
import { readEnvironment } from '@layers/stores/environment';
import { openReadyGroup } from '@layers/stores/open-group';
import { redundancyEnvironment } from '@layers/stores/redundancy-environment';
import type { SettlingParts } from './staking-parts.ts';

export const log = makeLog({ function: 'staking' });

/** What every function of this context works with, over the deployment's stores. Once, at its start. */
export function openParts(): SettlingParts {
  const report = (event: object) => log.info('redundancy', { ...event });
  const environment = redundancyEnvironment(readEnvironment(), report, currentTrace);
  return {
    ledger: openReadyGroup(environment, 'ledger'),
    consensus: openReadyGroup(environment, 'consensus'),
    predictions: openReadyGroup(environment, 'predictions'),
    catalogue: openCatalogue(modelsFolder),
    now: Date.now,
  };
}
