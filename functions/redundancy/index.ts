import { randomBytes } from 'node:crypto';
import { redundancy } from '@layers/contract/redundancy';
import type { RedundancyEvent } from '@layers/domain/redundancy/environment';
import { createContext } from '@layers/domain/redundancy/mirror';
import { askNobody, type Identify } from '@layers/http/access';
import { askForToken } from '@layers/http/bearer-tokens';
import { makeLog } from '@layers/http/log';
import { serve } from '@layers/http/serve';
import { continueTrace, currentTrace, runInTrace, traceIdOf } from '@layers/http/trace';
import { consumeQueue } from '@layers/queue/consume';
import { runScheduled } from '@layers/queue/scheduled';
import { ChangeQueues } from '@layers/stores/change-queues';
import { dynamodbClient, sqsClient } from '@layers/stores/clients';
import { readEdgeSettings, readEnvironment } from '@layers/stores/environment';
import { readyOf } from '@layers/stores/open-group';
import { redundancyEnvironment } from '@layers/stores/redundancy-environment';
import { DynamodbRedundancyLog } from '@layers/stores/redundancy-log';
import { secretReader, secretsClient } from '@layers/stores/secrets';
import { parseChange } from '@layers/stores/sqs-changes';
import { Turns } from '@layers/stores/turns';
import { eventKeeper } from './event-keeper.ts';
import { redundancyHandlers } from './handlers.ts';
import { lagCounter } from './lag-counter.ts';
import type { RedundancyParts } from './redundancy-parts.ts';
import { replicateChange } from './replicate.ts';
import { redundancyTasks } from './tasks.ts';

const lines = makeLog({ function: 'redundancy' });
const names = readEnvironment();
const edge = readEdgeSettings();
const log = new DynamodbRedundancyLog(dynamodbClient(), names.logTable);
const unique = () => randomBytes(9).toString('base64url');
const events = eventKeeper(log, Date.now, unique);
/** What is copied belongs to the trace of the request that changed it. */
const traced = (traceparent = currentTrace()) =>
  traceparent === undefined ? {} : { trace: traceIdOf(traceparent) };
const report = (event: RedundancyEvent) => {
  lines.info('redundancy', { ...event, ...traced() });
  events.keep(event);
};
const environment = redundancyEnvironment(names, report, currentTrace);
const contexts = new Map(
  names.groups.map(({ name }) => [name, createContext(environment, name, names.groups)]),
);
const readies = new Map([...contexts].map(([name, context]) => [name, readyOf(context)]));
const lags = lagCounter(log, Date.now);

/** What is told of the groups is worth less than the work itself: a silent log is no failure. */
const flush = async () =>
  events.flush().catch((error: unknown) => lines.warn('events were not kept', { error }));

const parts: RedundancyParts = {
  contexts,
  ready: async (name) => readies.get(name)?.(),
  log,
  queues: new ChangeQueues(sqsClient(), names.changeQueueUrl, names.deadLetterQueueUrl),
  turns: new Turns(dynamodbClient(), names.logTable, unique(), Date.now),
  flush,
};

const identify: Identify =
  edge.tokens === undefined
    ? askNobody
    : askForToken({ ...edge.tokens, keys: secretReader(secretsClient(), edge.tokens.keysSecret) });

/** What operators see and do. */
export const handler = serve('redundancy', redundancy, redundancyHandlers(parts), undefined, identify);

const replicateOne = replicateChange(contexts, parseChange, lags);
const failed = 'a change could not be replicated; the queue delivers it again';
const consumeChanges = consumeQueue(
  (body, { traceparent }) => runInTrace(continueTrace(traceparent), () => replicateOne(body)),
  ({ traceparent, ...failure }) => lines.warn(failed, { ...failure, ...traced(traceparent) }),
);

/** Fed by the queue of changes. */
export const replicate: typeof consumeChanges = async (event, context) => {
  const answer = await consumeChanges(event, context);
  await lags.flush().catch((error: unknown) => lines.warn('lags were not counted', { error }));
  await flush();
  return answer;
};

const tasks = redundancyTasks(parts, (group, oldestPendingMs) => {
  // CloudWatch makes a metric of it: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
  const Metrics = [{ Name: 'OldestPendingMs', Unit: 'Milliseconds' }];
  const CloudWatchMetrics = [{ Namespace: 'tandem', Dimensions: [['group']], Metrics }];
  lines.info('pending', {
    _aws: { Timestamp: Date.now(), CloudWatchMetrics },
    group,
    OldestPendingMs: oldestPendingMs,
  });
});

/** Started by rules. */
export const maintain = runScheduled(tasks);

/** Started by whoever takes a group out of NORMAL: the prober's own rule would come up to a minute later. */
export const wake = async (_event: unknown, context: { getRemainingTimeInMillis: () => number }) =>
  tasks.probe(() => context.getRemainingTimeInMillis());
