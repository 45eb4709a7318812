import { compareFollower } from '@layers/domain/redundancy/compare';
import type { Context } from '@layers/domain/redundancy/context';
import type { DiffRecord, RedundancyLog } from '@layers/domain/redundancy/log';
import { compareReplica } from '@layers/domain/redundancy/replicate';
import { diffOf } from './diff-body.ts';

/** The log's name for the synchronous follower, whichever store that is now. */
export const followerCopy = 'follower';

export interface ComparedCopies {
  readonly follower: DiffRecord | undefined;
  readonly replicas: readonly { readonly store: string; readonly difference: DiffRecord }[];
}

/** Compares every copy of a group with its authority, mends what differs if asked to, and keeps what was found. */
export async function compareCopies(
  context: Context,
  log: RedundancyLog,
  repair: boolean,
): Promise<ComparedCopies> {
  const { env, group } = context;
  const now = () => env.clock.now();
  const found = await compareFollower(context, repair);
  const follower = found === undefined ? undefined : diffOf(now(), found);
  if (follower !== undefined) await log.keepDiff(group.name, followerCopy, follower);
  const replicas: { store: string; difference: DiffRecord }[] = [];
  for (const replica of group.replicas) {
    const difference = diffOf(now(), await compareReplica(context, replica, repair));
    await log.keepDiff(group.name, replica.store, difference);
    replicas.push({ store: replica.store, difference });
  }
  const all = [
    ...(follower === undefined ? [] : [follower]),
    ...replicas.map(({ difference }) => difference),
  ];
  const differing = all.reduce((sum, one) => sum + one.differing, 0);
  const repaired = all.reduce((sum, one) => sum + one.repaired, 0);
  if (differing > 0)
    env.report({ group: group.name, event: 'compared', detail: `${differing} differed, ${repaired} mended` });
  return { follower, replicas };
}
