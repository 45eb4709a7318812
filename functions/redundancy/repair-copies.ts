import { Problem } from '@layers/domain/problem';
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
  /** The copy to go on with; `undefined`: all were compared. */
  readonly next: string | undefined;
}

interface Part {
  /** The name of a copy, `next` of the part before. */
  readonly from: string | undefined;
  /** Whether there is time for one more copy. */
  readonly hasTime: () => boolean;
}

const everything: Part = { from: undefined, hasTime: () => true };

/**
 * Compares the copies of a group with its authority one after the other, mends what differs, and keeps what was found.
 * @throws Problem `invalid-request` for a copy that the group does not have; `StoreFailure`, `StaleLease`
 */
export async function repairCopies(
  context: Context,
  log: RedundancyLog,
  { from, hasTime }: Part = everything,
): Promise<ComparedCopies> {
  const { env, group } = context;
  const copies = [
    { name: followerCopy, compare: () => compareFollower(context, true) },
    ...group.replicas.map((replica) => ({
      name: replica.store,
      compare: () => compareReplica(context, replica, true),
    })),
  ];
  const first = from === undefined ? 0 : copies.findIndex(({ name }) => name === from);
  if (first < 0)
    throw new Problem('invalid-request', `No copy of ${group.name} is named ${from}.`, {
      errors: [
        { pointer: '/query/from', detail: `It is one of ${copies.map(({ name }) => name).join(', ')}.` },
      ],
    });
  const found = new Map<string, DiffRecord>();
  let next: string | undefined;
  for (const { name, compare } of copies.slice(first)) {
    if (found.size > 0 && !hasTime()) {
      next = name;
      break;
    }
    const comparison = await compare();
    if (comparison === undefined) continue;
    const difference = diffOf(env.clock.now(), comparison);
    await log.keepDiff(group.name, name, difference);
    found.set(name, difference);
  }
  reportFound(context, [...found.values()]);
  const { [followerCopy]: follower, ...replicas } = Object.fromEntries(found);
  return {
    follower,
    replicas: Object.entries(replicas).map(([store, difference]) => ({ store, difference })),
    next,
  };
}

function reportFound({ env, group }: Context, found: readonly DiffRecord[]): void {
  const differing = found.reduce((sum, one) => sum + one.differing, 0);
  const repaired = found.reduce((sum, one) => sum + one.repaired, 0);
  if (differing > 0)
    env.report({ group: group.name, event: 'compared', detail: `${differing} differed, ${repaired} mended` });
}
