import { groups } from '@layers/domain/redundancy/groups';
import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Context } from './context.ts';
import { allow, grantDocuments, grantGroup } from './grant-group.ts';

/** Copies what changed to the replicas, fed by the queue. */
export const replication: Context = {
  name: 'redundancy',
  handler: 'index.replicate',
  grant: (target, state) => {
    for (const { name, replicas } of groups) {
      grantGroup(target, state, name);
      for (const { structure, store } of replicas) {
        if (structure === 'documents') grantDocuments(target, state, store, name);
        else allow(target, ['dynamodb:GetItem', 'dynamodb:PutItem'], state.table(store, name).tableArn);
      }
    }
    target.addEventSource(
      new SqsEventSource(state.changeQueue, {
        batchSize: 10,
        maxBatchingWindow: Duration.seconds(0),
        reportBatchItemFailures: true,
      }),
    );
  },
};
