import { repairRecord } from './catch-up.ts';
import type { Context } from './context.ts';
import type { Control } from './control.ts';
import { followerOf, replicaOf } from './copies.ts';
import { rowStore } from './fences.ts';
import { findSuspects, type Suspects } from './find-suspects.ts';
import type { Follower } from './follower.ts';
import type { Structure } from './groups.ts';
import { type Lease, takeLease } from './lease.ts';
import { eachOf } from './parallel.ts';
import { isSameRecord, type RecordVersion } from './record.ts';
import { readRecords } from './row-follower.ts';
import { isStoreFailure } from './store.ts';
import { isPending, readView } from './view.ts';

export interface Comparison {
  readonly compared: number;
  /** Ids that differ though nothing is under way. */
  readonly differing: readonly string[];
  /** Decided, and not yet known to be in the follower. */
  readonly behind: number;
  readonly repaired: number;
  readonly buckets: Suspects['buckets'];
}

/**
 * Compares the synchronous follower with the authority, whole, beside live traffic: what seems to differ is looked at
 * again, one by one. `repair` mends it from the authority. `undefined`: the group has no follower, or is in a mode in
 * which it need not be alike. Throws `StoreFailure`, `StaleLease`.
 */
export async function compareFollower(context: Context, repair: boolean): Promise<Comparison | undefined> {
  const { env, group } = context;
  const lease = await takeLease(env, group.name);
  const follower = followerOf(group, lease.control);
  if (follower === undefined || lease.control.mode !== 'NORMAL') return undefined;
  const { compared, ids: suspects, buckets } = await findSuspects(context, lease, follower, () => true);
  const differing: string[] = [];
  let behind = 0;
  await eachOf(suspects, env.settings.parallelMax, async (id) => {
    const found = await judge(context, lease, follower, id);
    if (found === 'differs') differing.push(id);
    if (found === 'behind') behind += 1;
  });
  if (repair) {
    await eachOf(differing, env.settings.parallelMax, async (id) =>
      repairRecord(context, lease, follower, id),
    );
  }
  return { compared, differing, behind, repaired: repair ? differing.length : 0, buckets };
}

/** It differs only if the authority's version stood still between two looks. */
async function judge(
  { env }: Context,
  lease: Lease,
  follower: Follower,
  id: string,
): Promise<'same' | 'behind' | 'differs'> {
  let before: RecordVersion | undefined;
  for (let race = 0; race < env.settings.racesMax; race += 1) {
    const { record: held } = await follower.read(env, lease, id);
    const { records } = await readView(env, lease.control, { keys: [id] });
    const row = records[0];
    if (isPending(row)) return 'behind';
    if (isSameRecord(held, row)) return 'same';
    if (race > 0 && isSameRecord(before, row)) return 'differs';
    before = row;
  }
  return 'behind';
}

/** One copy of a record, as its store shows it. */
export interface FoundCopy {
  readonly store: string;
  readonly role: 'authority' | 'follower' | 'replica';
  readonly structure: Structure;
  /** False: the store does not answer. */
  readonly reachable: boolean;
  readonly record: RecordVersion | undefined;
  readonly pending: boolean;
}

export interface FoundCopies {
  readonly control: Control;
  readonly copies: readonly FoundCopy[];
}

/** Every copy of a record, read one after the other and without help: what is there, not what would be answered. */
export async function findCopies(context: Context, id: string): Promise<FoundCopies> {
  const { env, group } = context;
  const lease = await takeLease(env, group.name);
  const { control } = lease;
  const follower = followerOf(group, control);
  const replicas = group.replicas.filter(({ prefixes }) => prefixes.some((prefix) => id.startsWith(prefix)));
  const authority = async () => {
    const [row] = await readRecords(rowStore(env, control.authority), group.name, [id]);
    return { record: row, pending: isPending(row) };
  };
  const copyOf = (copy: Follower) => async () => {
    const { record } = await copy.read(env, lease, id);
    return { record, pending: false };
  };
  return {
    control,
    copies: await Promise.all([
      ...(follower === undefined
        ? []
        : [look(follower.store, 'follower', group.follower?.structure ?? 'rows', copyOf(follower))]),
      ...replicas.map((replica) =>
        look(replica.store, 'replica', replica.structure, copyOf(replicaOf(replica))),
      ),
      look(control.authority, 'authority', 'rows', authority),
    ]),
  };
}

async function look(
  store: string,
  role: FoundCopy['role'],
  structure: Structure,
  read: () => Promise<Pick<FoundCopy, 'record' | 'pending'>>,
): Promise<FoundCopy> {
  try {
    return { store, role, structure, reachable: true, ...(await read()) };
  } catch (error) {
    if (!isStoreFailure(error)) throw error;
    return { store, role, structure, reachable: false, record: undefined, pending: false };
  }
}
