import { runScheduled } from '@layers/queue/scheduled';
import type { SQSEvent } from 'aws-lambda';
import { lines, openParts } from './open-parts.ts';
import { leadingTask, redundancyTasks } from './tasks.ts';

const parts = openParts();

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
export const handler = runScheduled(tasks);

/** Started by whoever takes a group out of NORMAL, an invocation a group: a rule alone would come up to a minute later. */
export const wake = async ({ Records }: SQSEvent, context: { getRemainingTimeInMillis: () => number }) => {
  const remainingMs = () => context.getRemainingTimeInMillis();
  for (const { body } of Records) {
    const { group } = JSON.parse(body) as { group: string };
    await leadingTask(parts, group)(remainingMs);
  }
};
