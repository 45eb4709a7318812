import { makeLog } from '@layers/http/log';
import { currentTrace } from '@layers/http/trace';
import { openCatalogue } from '@layers/onnx-runtime/catalogue';
import { modelsFolder } from '@layers/onnx-runtime/models-folder';
import { runScheduled } from '@layers/queue/scheduled';
import { readConsensusSettings, readEnvironment } from '@layers/stores/environment';
import { openReadyGroup } from '@layers/stores/open-group';
import { openSecret } from '@layers/stores/open-secret';
import { redundancyEnvironment } from '@layers/stores/redundancy-environment';
import { closeLate } from './close-late.ts';
import { consensusKeys } from './derive-keys.ts';

const log = makeLog({ function: 'consensus' });
const report = (event: object) => log.info('redundancy', { ...event });
const environment = redundancyEnvironment(readEnvironment(), report, currentTrace);

const closePastDeadlines = closeLate({
  catalogue: openCatalogue(modelsFolder),
  consensus: openReadyGroup(environment, 'consensus'),
  predictions: openReadyGroup(environment, 'predictions'),
  keys: consensusKeys(openSecret(readConsensusSettings().seedSecret)),
  now: Date.now,
});

/** Started by a rule, once a minute. */
export const handler = runScheduled({
  close: async () => {
    for (const { dataset, voided, applied } of await closePastDeadlines())
      if (voided + applied > 0) log.info('closed', { dataset, voided, applied });
  },
});
