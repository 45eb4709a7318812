import { groups } from '@layers/domain/redundancy/groups';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { TandemFunction } from '../constructs/tandem-function.ts';
import type { StateStack } from '../stacks/state.ts';

/**
 * What reading and writing one group through the redundancy protocol takes: its rows in the stores that may decide, its
 * documents below its own prefix, the control rows, the queue of changes. No right on another group's records.
 */
export function grantGroup(target: TandemFunction, state: StateStack, name: string): void {
  const group = groups.find((each) => each.name === name);
  if (group === undefined) throw new Error(`No group is named ${name}: see groups.ts.`);
  const { authority, follower } = group;
  const rowStores = new Set([authority, ...(follower?.structure === 'rows' ? [follower.store] : [])]);
  for (const store of rowStores)
    state
      .table(store, name)
      .grant(
        target,
        'dynamodb:GetItem',
        'dynamodb:Query',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:ConditionCheckItem',
      );
  if (follower?.structure === 'documents') grantDocuments(target, state, follower.store, name);
  state.controlTable.grant(target, 'dynamodb:GetItem', 'dynamodb:PutItem');
  state.changeQueue.grantSendMessages(target);
}

export function grantDocuments(
  target: TandemFunction,
  state: StateStack,
  store: string,
  group: string,
): void {
  const bucket = state.bucket(store);
  const documents = bucket.arnForObjects(`${group}/*`);
  const actions = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'];
  target.addToRolePolicy(new PolicyStatement({ actions, resources: [documents] }));
  // Not narrowed to the prefix: without it S3 answers 403, not 404, for a document that is not there.
  target.addToRolePolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }));
}
