import { Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { TandemFunction } from '../constructs/tandem-function.ts';
import type { StateStack } from '../stacks/state.ts';

const itemActions = [
  'dynamodb:GetItem',
  'dynamodb:Query',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:ConditionCheckItem',
];

/**
 * What reading and writing one group through the redundancy protocol takes: its rows in the stores that may decide, its
 * documents below its own prefix, the control rows, the queue of changes. No right on another group's records.
 */
export function grantGroup(target: TandemFunction, state: StateStack, name: string): void {
  const group = state.groups.find((each) => each.name === name);
  if (group === undefined) throw new Error(`No group is named ${name}: see groups.ts.`);
  const { authority, follower } = group;
  const rowStores = new Set([authority, ...(follower?.structure === 'rows' ? [follower.store] : [])]);
  for (const store of rowStores) allow(target, itemActions, state.table(store, name).tableArn);
  if (follower?.structure === 'documents') grantDocuments(target, state, follower.store, name);
  allow(target, ['dynamodb:GetItem', 'dynamodb:PutItem'], state.controlTable.tableArn);
  // A change of mode is logged in the transaction that makes it.
  allow(target, ['dynamodb:PutItem'], state.logTable.tableArn);
  allow(target, ['sqs:SendMessage'], state.changeQueue.queueArn, state.wakeQueue.queueArn);
}

/** One statement, with its resources spelt out: CDK's own grants add every index of a table. */
export function allow(target: TandemFunction, actions: string[], ...resources: string[]): void {
  target.addToRolePolicy(new PolicyStatement({ actions, resources }));
}

/** Documents below a folder of a bucket. */
export function grantDocuments(
  target: TandemFunction,
  state: StateStack,
  store: string,
  folder: string,
  actions: string[] = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
): void {
  const bucket = state.bucket(store);
  allow(target, actions, bucket.arnForObjects(`${folder}/*`));
  // Not narrowed to the folder: without it S3 answers 403, not 404, for a document that is not there.
  allow(target, ['s3:ListBucket'], bucket.bucketArn);
  const imported = Stack.of(target).resolve(state.exportValue(bucket.bucketArn)) as Record<string, string>;
  Validations.of(target.role ?? target).acknowledge({
    id: `AwsSolutions-IAM5[Resource::${imported['Fn::ImportValue']}/${folder}/*]`,
    reason: 'Documents are named when they are written: a right on a folder is as narrow as S3 offers.',
  });
}
