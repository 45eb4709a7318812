import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Context } from './context.ts';

/** Copies what changed to the replicas, fed by the queue. */
export const replication: Context = {
  name: 'redundancy',
  handler: 'index.replicate',
  grant: (target, state) => {
    state.shopTable.grant(target, 'dynamodb:GetItem');
    state.productReplica.grant(target, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem');
    target.addEventSource(
      new SqsEventSource(state.replicationQueue, {
        batchSize: 10,
        maxBatchingWindow: Duration.seconds(0),
        reportBatchItemFailures: true,
      }),
    );
  },
};
