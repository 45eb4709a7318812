import type { Context } from '@layers/domain/redundancy/context';
import { consume } from '@layers/domain/redundancy/replicate';
import { SharedCopies } from '@layers/domain/redundancy/shared-copies';
import type { ChangeMessage } from '@layers/domain/redundancy/store';
import type { LagCounter } from './lag-counter.ts';

/** Applies one change to the replicas of its group. @throws Error for a group that is not known: to the dead letters. */
export function replicateChange(
  contexts: ReadonlyMap<string, Context>,
  parse: (body: string) => ChangeMessage,
  lags: Pick<LagCounter, 'applied'>,
): (body: string) => Promise<void> {
  const copies = new SharedCopies();
  return async (body) => {
    const message = parse(body);
    const context = contexts.get(message.group);
    if (context === undefined) throw new Error(`No group is named ${message.group}.`);
    await consume(context, message, copies);
    lags.applied(context.group, message, context.env.clock.now());
  };
}
