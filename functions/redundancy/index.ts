import { groups } from '@layers/domain/redundancy/groups';
import { createContext } from '@layers/domain/redundancy/mirror';
import { makeLog } from '@layers/http/log';
import { consumeQueue } from '@layers/queue/consume';
import { readEnvironment } from '@layers/stores/environment';
import { redundancyEnvironment } from '@layers/stores/redundancy-environment';
import { parseChange } from '@layers/stores/sqs-changes';
import { replicateChange } from './replicate.ts';

const log = makeLog({ function: 'redundancy' });
const environment = redundancyEnvironment(readEnvironment(), (event) => log.info('redundancy', { ...event }));
const contexts = new Map(groups.map(({ name }) => [name, createContext(environment, name)]));

/** Fed by the queue of changes. */
export const replicate = consumeQueue(replicateChange(contexts, parseChange), (failure) =>
  log.warn('a change could not be replicated; the queue delivers it again', { ...failure }),
);
