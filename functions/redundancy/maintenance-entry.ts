import { runScheduled } from '@layers/queue/scheduled';
import { lines, openParts } from './open-parts.ts';
import { redundancyTasks } from './tasks.ts';

const tasks = redundancyTasks(openParts(), (group, oldestPendingMs) => {
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

/** Started by whoever takes a group out of NORMAL: the prober's own rule would come up to a minute later. */
export const wake = async (_event: unknown, context: { getRemainingTimeInMillis: () => number }) =>
  tasks.probe(() => context.getRemainingTimeInMillis());
