import type { redundancy } from '@layers/contract/redundancy';
import type { Handler } from '@layers/http/serve';
import { operate, type RedundancyParts } from './redundancy-parts.ts';

/** A call of the API has seconds, not minutes: whoever has more dead letters asks again. */
const movedMax = 500;

export function redriveGroup({ queues, ...parts }: RedundancyParts): Handler<typeof redundancy.redriveGroup> {
  return async ({ path }) =>
    operate({ queues, ...parts }, path.subject, 'redrive', async () => {
      const moved = await queues.redrive(path.subject, movedMax);
      const { deadLetters } = await queues.readDepths();
      return { status: 200, body: { group: path.subject, moved, left: deadLetters } };
    });
}
