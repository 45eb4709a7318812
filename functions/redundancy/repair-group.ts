import type { redundancy } from '@layers/contract/redundancy';
import { takeLease } from '@layers/domain/redundancy/lease';
import { probe } from '@layers/domain/redundancy/prober';
import { sweep } from '@layers/domain/redundancy/sweep';
import type { Handler } from '@layers/http/serve';
import { diffBody } from './diff-body.ts';
import { operate, type RedundancyParts } from './redundancy-parts.ts';
import { repairCopies } from './repair-copies.ts';

/** A copy of some thousand records takes less on a busy machine. */
const oneCopyMs = 10_000;

export function repairGroup(parts: RedundancyParts): Handler<typeof redundancy.repairGroup> {
  return async ({ path, query }, { remainingMs }) =>
    operate(parts, path.subject, 'repair', async (context) => {
      const group = path.subject;
      await probe(context);
      await sweep(context);
      const { control } = await takeLease(context.env, group);
      if (control.mode !== 'NORMAL')
        return { status: 200, body: { group, mode: control.mode, replicas: [] } };
      const { follower, replicas, next } = await repairCopies(context, parts.log, {
        from: query.from,
        hasTime: () => remainingMs() >= oneCopyMs,
      });
      return {
        status: 200,
        body: {
          group,
          mode: control.mode,
          ...(follower === undefined ? {} : { follower: diffBody(follower) }),
          ...(next === undefined ? {} : { next }),
          replicas: replicas.map(({ store, difference }) => ({ store, difference: diffBody(difference) })),
        },
      };
    });
}
