import { redundancy } from '@layers/contract/redundancy';
import { identifyBy } from '@layers/http/bearer-tokens';
import { serve } from '@layers/http/serve';
import { ChangeQueues } from '@layers/stores/change-queues';
import { sqsClient } from '@layers/stores/clients';
import { readEdgeSettings, readEnvironment } from '@layers/stores/environment';
import { openSecret } from '@layers/stores/open-secret';
import { redundancyHandlers } from './handlers.ts';
import { openParts } from './open-parts.ts';

const names = readEnvironment();
const { tokens } = readEdgeSettings();

const identify = identifyBy(tokens, openSecret);

const handlers = redundancyHandlers({
  ...openParts(names),
  queues: new ChangeQueues(sqsClient(), names.changeQueueUrl, names.deadLetterQueueUrl),
});

/** What operators see and do. */
export const handler = serve('redundancy', redundancy, handlers, undefined, identify);
