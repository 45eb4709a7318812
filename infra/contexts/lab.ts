import type { Context } from './context.ts';

/** Breaks things on purpose, through the emulator's fault API; holds no right on any store. Never on AWS. */
export const lab: Context = {
  name: 'lab',
  grant: (target, _state, edge) => edge.grantSecrets(target),
};
