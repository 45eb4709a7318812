import { runScheduled } from '@layers/queue/scheduled';
import { log, openParts } from './open-parts.ts';
import { settleEverything } from './settle-rounds.ts';

const parts = openParts();

/** Started by a rule, once a minute. */
export const handler = runScheduled({
  settle: async () => {
    for (const { dataset, settled } of await settleEverything(parts))
      if (settled > 0) log.info('settled', { dataset, settled });
  },
});
