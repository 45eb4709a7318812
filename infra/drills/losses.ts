import type { Group } from '@layers/domain/redundancy/groups';
import type { Drill } from './drill.ts';
import type { Acknowledged, Attempt } from './store-clients/workload.ts';

type Kind = Attempt['kind'];

/** What the policy of a group says of the loss of one of its copies. */
export interface Loss {
  /** It goes on in another mode, and comes back to NORMAL. */
  readonly leavesNormal: boolean;
  /** What is answered all the same. */
  readonly goesOn: readonly Kind[];
  /** What is not answered by anybody while the copy is away. */
  readonly stops: readonly Kind[];
  /** When replicas are repaired, as a person would: a message that was not applied comes again only after minutes. */
  readonly repaired: 'once mended' | 'at the end' | 'never';
}

const everything: readonly Kind[] = ['read', 'write'];

type Lost = Pick<Drill, 'role' | 'replica'>;

const losses: readonly (Loss & { readonly is: (lost: Lost, group: Group) => boolean })[] = [
  {
    is: ({ role, replica }, { replicas }) =>
      role === 'replica' &&
      replicas.some(({ store, replicate }) => store === replica && replicate === 'periodic'),
    ...{ leavesNormal: false, goesOn: everything, stops: [], repaired: 'never' },
  },
  {
    is: ({ role }) => role === 'replica',
    ...{ leavesNormal: false, goesOn: everything, stops: [], repaired: 'once mended' },
  },
  {
    is: (_, { follower }) => follower === undefined,
    ...{ leavesNormal: false, goesOn: [], stops: everything, repaired: 'at the end' },
  },
  {
    is: ({ role }, { policy }) => role === 'follower' && policy === 'strict',
    // Reads of what is settled go on; the head of a chain of entries seldom is.
    ...{ leavesNormal: true, goesOn: [], stops: ['write'], repaired: 'never' },
  },
  {
    is: ({ role }) => role === 'follower',
    ...{ leavesNormal: true, goesOn: everything, stops: [], repaired: 'never' },
  },
  {
    is: (_, { follower }) => follower?.structure === 'documents',
    ...{ leavesNormal: true, goesOn: ['read'], stops: ['write'], repaired: 'never' },
  },
  {
    is: () => true,
    ...{ leavesNormal: true, goesOn: everything, stops: [], repaired: 'never' },
  },
];

export function lossOf(lost: Lost, group: Group): Loss {
  const found = losses.find(({ is }) => is(lost, group));
  if (found === undefined) throw new Error(`Nothing is said of the loss of ${lost.role} of ${group.name}.`);
  return found;
}

/** Of a replica only whoever copies knows. */
export const isMetByClients = ({ leavesNormal, stops }: Loss) => leavesNormal || stops.length > 0;

/** A time in which every request of the group met the fault. */
export interface Away {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What was answered against the policy: while the copy was away, or in one store alone. */
export function answeredWrongly(
  group: Group,
  { stops }: Loss,
  away: Away,
  { attempts, acknowledged }: { attempts: readonly Attempt[]; acknowledged: readonly Acknowledged[] },
): string[] {
  const answered = attempts.filter(
    ({ kind, sentAtMs, endedAtMs, succeeded }) =>
      succeeded && stops.includes(kind) && sentAtMs >= away.fromMs && endedAtMs <= away.toMs,
  );
  const mirrors: readonly string[] = mirrorsOf(group);
  const untrue = acknowledged.filter(({ mirror }) => !mirrors.includes(mirror));
  return [
    ...(answered.length === 0
      ? []
      : [`${answered.length} requests were answered without the store that decides them`]),
    ...(untrue.length === 0 ? [] : [`${untrue.length} writes were acknowledged as ${untrue[0]?.mirror}`]),
  ];
}

/** What a group may call an acknowledged write. */
function mirrorsOf({ follower, policy }: Group) {
  if (follower === undefined) return ['degraded'];
  return policy === 'strict' ? ['synced'] : ['synced', 'degraded'];
}
