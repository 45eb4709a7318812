import { Duration } from 'aws-cdk-lib';
import { runEvery } from '../constructs/scheduled.ts';
import { type TandemFunction, taskTimeout } from '../constructs/tandem-function.ts';
import type { StateStack } from '../stacks/state.ts';
import type { Context } from './context.ts';
import { allow, grantGroup } from './grant-group.ts';

/** The deployment's own models as members: asked by the consensus alone, so that callers of the API take no room from it. */
export const founders: Context = {
  name: 'founders',
  code: 'models',
  handler: 'index.founders',
  predicts: true,
  memoryMb: 1024,
  grant: () => undefined,
};

/**
 * Members, predictions that count, and weights.
 * @param asked the founders' function
 * @param oracle whose outcomes count: Ed25519, 32 bytes in base64url
 */
export function consensusOf(asked: TandemFunction, state: StateStack, oracle: string | undefined) {
  const shared = {
    code: 'consensus',
    // The cards are in that layer.
    predicts: true,
    files: { 'layers/onnx-runtime/assessment.json': 'assessment.json' },
    environment: {
      CONSENSUS_SEED_SECRET: state.consensusSeed.secretArn,
      FOUNDERS_FUNCTION: asked.functionName,
      ...(oracle === undefined ? {} : { ORACLE_PUBLIC_KEY: oracle }),
    },
  };
  const grant: Context['grant'] = (target) => {
    grantGroup(target, state, 'consensus');
    grantGroup(target, state, 'predictions');
    state.consensusSeed.grantRead(target);
  };
  const consensus: Context = {
    ...shared,
    name: 'consensus',
    grant: (target, _state, edge) => {
      grant(target, state, edge);
      // What members stand for.
      grantGroup(target, state, 'ledger');
      allow(target, ['lambda:InvokeFunction'], asked.functionArn);
      edge.grantSecrets(target);
    },
  };
  /** Closes what is past its deadline. */
  const timekeeper: Context = {
    ...shared,
    name: 'timekeeper',
    handler: 'timekeeper-entry.handler',
    timeout: taskTimeout,
    grant: (target, ...others) => {
      grant(target, ...others);
      runEvery(target, Duration.minutes(1), 'close');
    },
  };
  return { consensus, timekeeper };
}
