import { Duration } from 'aws-cdk-lib';
import { runEvery } from '../constructs/scheduled.ts';
import { taskTimeout } from '../constructs/tandem-function.ts';
import type { Context } from './context.ts';
import { grantGroup } from './grant-group.ts';

/**
 * The ledger, and the settlement of rounds.
 * @param operator who credits deposits: Ed25519, 32 bytes in base64url
 */
export function stakingOf(operator: string | undefined) {
  const shared = {
    code: 'staking',
    // The cards are in that layer.
    predicts: true,
    environment: operator === undefined ? {} : { OPERATOR_PUBLIC_KEY: operator },
  };
  const grant: Context['grant'] = (target, state) => {
    for (const group of ['ledger', 'consensus', 'predictions']) grantGroup(target, state, group);
  };
  const staking: Context = {
    ...shared,
    name: 'staking',
    grant: (target, state, edge) => {
      grant(target, state, edge);
      edge.grantSecrets(target);
    },
  };
  /** Settles what is over. */
  const settler: Context = {
    ...shared,
    name: 'settler',
    handler: 'settler-entry.handler',
    timeout: taskTimeout,
    grant: (target, ...others) => {
      grant(target, ...others);
      runEvery(target, Duration.minutes(1), 'settle');
    },
  };
  return { staking, settler };
}
