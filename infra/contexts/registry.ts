import type { Context } from './context.ts';

/** Which servers are alive. */
export const registry: Context = {
  name: 'registry',
  grant: (target, state) =>
    state.registryTable.grant(target, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem'),
};
