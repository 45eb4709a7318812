import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { addAlarms } from '../constructs/redundancy-alarms.ts';
import { runEvery } from '../constructs/scheduled.ts';
import { proberTimeout, type TandemFunction, taskTimeout } from '../constructs/tandem-function.ts';
import type { StateStack } from '../stacks/state.ts';
import type { Context } from './context.ts';
import { allow, grantDocuments, grantGroup } from './grant-group.ts';

const readLog = ['dynamodb:Query', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem'];

/** The least that Lambda takes for a queue. */
const concurrencyMin = 2;

/** What working on every group with all its copies takes, and on what is told of them. */
function grantEverything(target: TandemFunction, state: StateStack): void {
  for (const { name, authority, follower, replicas } of state.groups) {
    grantGroup(target, state, name);
    allow(target, ['dynamodb:Scan'], state.table(authority, name).tableArn);
    allow(target, ['dynamodb:Query'], `${state.table(authority, name).tableArn}/index/open`);
    if (follower?.structure === 'rows') {
      allow(target, ['dynamodb:Scan'], state.table(follower.store, name).tableArn);
      allow(target, ['dynamodb:Query'], `${state.table(follower.store, name).tableArn}/index/open`);
    }
    for (const { structure, store } of replicas) {
      if (structure === 'documents') grantDocuments(target, state, store, name);
      else {
        const actions = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Scan'];
        allow(target, actions, state.table(store, name).tableArn);
      }
    }
  }
  allow(target, readLog, state.logTable.tableArn);
}

/** What operators see and do. */
export const redundancy: Context = {
  name: 'redundancy',
  grant: (target, state, edge) => {
    grantEverything(target, state);
    edge.grantSecrets(target);
    allow(target, ['sqs:GetQueueAttributes'], state.changeQueue.queueArn);
    const redrive = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'];
    allow(target, ['sqs:GetQueueAttributes', ...redrive], state.deadLetterQueue.queueArn);
  },
};

/** Copies what changed to the replicas, fed by the queue. */
export const replication: Context = {
  name: 'replication',
  code: 'redundancy',
  handler: 'replication-entry.handler',
  grant: (target, state) => {
    grantEverything(target, state);
    target.addEventSource(
      new SqsEventSource(state.changeQueue, {
        batchSize: 10,
        maxBatchingWindow: Duration.seconds(0),
        reportBatchItemFailures: true,
      }),
    );
  },
};

/** Sweeps, copies and compares on a schedule, and looks after every group once a minute. */
export const maintenance: Context = {
  name: 'maintenance',
  code: 'redundancy',
  handler: 'maintenance-entry.handler',
  timeout: taskTimeout,
  grant: (target, state) => {
    grantEverything(target, state);
    runEvery(target, Duration.minutes(1), 'sweep');
    runEvery(target, Duration.minutes(1), 'probe');
    runEvery(target, Duration.minutes(1), 'copy');
    runEvery(target, Duration.minutes(10), 'compare');
    addAlarms(target, state);
  },
};

/** Leads a group back to NORMAL, woken by whoever took it out: each group in an invocation of its own. */
export const prober: Context = {
  name: 'prober',
  code: 'redundancy',
  handler: 'maintenance-entry.wake',
  timeout: proberTimeout,
  grant: (target, state) => {
    grantEverything(target, state);
    const maxConcurrency = Math.max(concurrencyMin, state.groups.length);
    target.addEventSource(new SqsEventSource(state.wakeQueue, { batchSize: 1, maxConcurrency }));
  },
};
