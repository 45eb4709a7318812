import type { Context } from './context.ts';
import { rowStore } from './fences.ts';
import type { Follower, Pairs } from './follower.ts';
import { addPair, bucketOf, createBuckets, differingBuckets } from './hash-buckets.ts';
import type { Lease } from './lease.ts';
import { scanAll } from './row-follower.ts';
import { requireLivingAuthority } from './view.ts';

export interface Suspects {
  /** Records that the authority or the copy has. */
  readonly compared: number;
  /** Ids whose versions seemed to differ; some may only have been under way. */
  readonly ids: readonly string[];
  readonly buckets: { readonly count: number; readonly differing: number };
}

/**
 * Anti-entropy of a whole copy against the authority, by hash buckets: both are listed once (on S3 their tags, no document
 * is read), and listed again only if a bucket differs, to find which of its records. What has to be remembered is the
 * buckets, and the records of those that differ: never all. `absent`: the token of a copy that is right to hold a record
 * which the authority does not have. Throws `StoreFailure`, `StaleLease`.
 */
export async function findSuspects(
  context: Context,
  lease: Lease,
  copy: Follower,
  takes: (id: string) => boolean,
  absent: (id: string) => string | undefined = () => undefined,
): Promise<Suspects> {
  const { bucketsCount } = context.env.settings;
  const held = createBuckets(bucketsCount);
  let compared = 0;
  for await (const pairs of copy.list(context.env, lease)) {
    for (const [id, token] of pairs) if (takes(id)) addPair(held, id, token);
  }
  const decided = createBuckets(bucketsCount);
  for await (const pairs of decidedPairs(context, lease, copy, takes)) {
    for (const [id, token] of pairs) addPair(decided, id, token);
    compared += pairs.length;
  }
  const differing = differingBuckets(held, decided);
  const buckets = { count: bucketsCount, differing: differing.size };
  if (differing.size === 0) return { compared, ids: [], buckets };
  const isIn = (id: string) => takes(id) && differing.has(bucketOf(held, id));
  const { ids, alone } = await compareOneByOne(context, lease, copy, isIn, absent);
  return { compared: compared + alone, ids, buckets };
}

/** `alone`: how many the copy has and the authority has not. */
async function compareOneByOne(
  context: Context,
  lease: Lease,
  copy: Follower,
  isIn: (id: string) => boolean,
  absent: (id: string) => string | undefined,
): Promise<{ ids: readonly string[]; alone: number }> {
  const tokens = new Map<string, string>();
  for await (const pairs of copy.list(context.env, lease)) {
    for (const [id, token] of pairs) if (isIn(id)) tokens.set(id, token);
  }
  const ids: string[] = [];
  for await (const pairs of decidedPairs(context, lease, copy, isIn)) {
    for (const [id, token] of pairs) {
      if (tokens.get(id) !== token) ids.push(id);
      tokens.delete(id);
    }
  }
  for (const [id, token] of tokens) if (token !== absent(id)) ids.push(id);
  return { ids, alone: tokens.size };
}

/** What the copy should hold, known once the last is taken: the fence is asked for then, an epoch's is made but once. */
async function* decidedPairs(
  { env, group }: Context,
  lease: Lease,
  copy: Follower,
  takes: (id: string) => boolean,
): Pairs {
  for await (const rows of scanAll(env, rowStore(env, lease.control.authority), group.name)) {
    yield rows
      .filter(({ id }) => takes(id))
      .map((row): readonly [string, string] => [row.id, copy.token(env, lease, row)]);
  }
  await requireLivingAuthority(env, lease.control);
}
