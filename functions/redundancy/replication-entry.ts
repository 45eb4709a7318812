import { continueTrace, runInTrace } from '@layers/http/trace';
import { consumeQueue } from '@layers/queue/consume';
import { parseChange } from '@layers/stores/sqs-changes';
import { lagCounter } from './lag-counter.ts';
import { lines, openParts, traced } from './open-parts.ts';
import { replicateChange } from './replicate.ts';

const { contexts, log, flush } = openParts();
const lags = lagCounter(log, Date.now);
const replicateOne = replicateChange(contexts, parseChange, lags);

const failed = 'a change could not be replicated; the queue delivers it again';
const consumeChanges = consumeQueue(
  (body, { traceparent }) => runInTrace(continueTrace(traceparent), () => replicateOne(body)),
  ({ traceparent, ...failure }) => lines.warn(failed, { ...failure, ...traced(traceparent) }),
);

/** Fed by the queue of changes. */
export const handler: typeof consumeChanges = async (event, context) => {
  const answer = await consumeChanges(event, context);
  await lags.flush().catch((error: unknown) => lines.warn('lags were not counted', { error }));
  await flush();
  return answer;
};
