import type { Context } from './context.ts';

/** Products: the table decides, the bucket follows, the queue tells the replica. */
export const shop: Context = {
  name: 'shop',
  grant: (target, state) => {
    state.shopTable.grant(
      target,
      'dynamodb:GetItem',
      'dynamodb:Query',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
      'dynamodb:ConditionCheckItem',
    );
    state.shopDocuments.grantReadWrite(target);
    state.replicationQueue.grantSendMessages(target);
  },
};
