import type { redundancy } from '@layers/contract/redundancy';
import { Problem } from '@layers/domain/problem';
import type { Context } from '@layers/domain/redundancy/context';
import type { Control } from '@layers/domain/redundancy/control';
import { takeLease } from '@layers/domain/redundancy/lease';
import { declareLost, forceReadOnly } from '@layers/domain/redundancy/lost';
import { promote } from '@layers/domain/redundancy/promotion';
import type { Handler } from '@layers/http/serve';
import { operate, type RedundancyParts } from './redundancy-parts.ts';

function bodyOf({ group, mode, epoch, authority, follower }: Control, lost: readonly string[] | undefined) {
  return {
    group,
    mode,
    epoch,
    authority,
    ...(follower === undefined ? {} : { follower }),
    ...(lost === undefined ? {} : { lost: [...lost] }),
  };
}

/** Documents never decide: they are read from until the authority is back or rebuilt. */
async function readFromDocuments(context: Context, control: Control, force: boolean): Promise<Control> {
  const changed = force ? await forceReadOnly(context) : await declareLost(context, control.authority);
  const after = await takeLease(context.env, control.group);
  if (changed) return after.control;
  const detail = `The group ${control.group} could not be read from its follower out of mode ${control.mode}: ${
    force ? 'it has none, or was changed a moment ago' : 'only NORMAL lets it, unless it is forced'
  }.`;
  throw new Problem('unavailable', detail, { retryAfterSeconds: 5 });
}

export function failOver(parts: RedundancyParts): Handler<typeof redundancy.failOver> {
  return async ({ path, body }) => {
    const force = body.force === true;
    return operate(parts, path.subject, force ? 'failover, forced' : 'failover', async (context) => {
      const { control } = await takeLease(context.env, path.subject);
      if (context.group.follower?.structure === 'documents')
        return { status: 200, body: bodyOf(await readFromDocuments(context, control, force), undefined) };
      const { control: after, lost } = await promote(context, force);
      return { status: 200, body: bodyOf(after, lost) };
    });
  };
}

export function failBack(parts: RedundancyParts): Handler<typeof redundancy.failBack> {
  return async ({ path }) =>
    operate(parts, path.subject, 'failback', async (context) => {
      const { control } = await takeLease(context.env, path.subject);
      if (control.authority === context.group.authority) return { status: 200, body: bodyOf(control, []) };
      const { control: after, lost } = await promote(context, false);
      return { status: 200, body: bodyOf(after, lost) };
    });
}
