import type { Context } from './context.ts';
import { grantGroup } from './grant-group.ts';

/** Which servers are alive. */
export const registry: Context = {
  name: 'registry',
  grant: (target, state) => grantGroup(target, state, 'registry'),
};
