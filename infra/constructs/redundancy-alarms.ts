import { groups } from '@layers/domain/redundancy/groups';
import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { TandemFunction } from './tandem-function.ts';

const oldestPendingMs = 5 * 60_000;
const oldestMessageSeconds = 5 * 60;

interface Watched {
  readonly id: string;
  readonly description: string;
  readonly metric: IMetric;
  readonly threshold: number;
}

/**
 * What a person has to know: a change that was given up, one that is late, a task that fails. They have no action:
 * whom to tell is the account's own affair.
 */
export function addAlarms(
  maintenance: TandemFunction,
  state: { readonly changeQueue: Queue; readonly deadLetterQueue: Queue },
): void {
  const scope = new Construct(maintenance, 'alarms');
  const period = Duration.minutes(1);
  const watched: readonly Watched[] = [
    {
      id: 'dead-letters',
      description:
        'Changes were given up after 5 tries: POST /redundancy/{group}/redrive once the cause is gone.',
      metric: state.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period }),
      threshold: 1,
    },
    {
      id: 'oldest-message',
      description: 'Replicas fall behind: the oldest change waits for minutes.',
      metric: state.changeQueue.metricApproximateAgeOfOldestMessage({ period }),
      threshold: oldestMessageSeconds,
    },
    ...groups.map(({ name }) => ({
      id: `oldest-pending-${name}`,
      description: `A transaction of ${name} is in one store alone for minutes: see GET /redundancy.`,
      metric: new Metric({
        namespace: 'tandem',
        metricName: 'OldestPendingMs',
        dimensionsMap: { group: name },
        statistic: 'Maximum',
        period,
      }),
      threshold: oldestPendingMs,
    })),
    {
      id: 'failing-tasks',
      description: 'The tasks that keep the copies alike fail: see the log of the function maintenance.',
      metric: maintenance.metricErrors({ period: Duration.minutes(5) }),
      threshold: 3,
    },
  ];
  for (const { id, description, metric, threshold } of watched)
    new Alarm(scope, id, {
      alarmDescription: description,
      metric,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
}
