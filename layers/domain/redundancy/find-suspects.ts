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
 * Anti-entropy of a whole copy against the authority. Both are listed once (on S3 their tags, no document is read), and
 * what was listed of the copy is remembered while it is no more than `rememberedMax`. Of a larger one only hash buckets
 * are: both are listed again if a bucket differs, to find which of its records, so that what has to be remembered is the
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
  const { bucketsCount, rememberedMax } = context.env.settings;
  const held = createBuckets(bucketsCount);
  const remembered = new Listed(absent);
  let count = 0;
  for await (const pairs of copy.list(context.env, lease)) {
    for (const [id, token] of pairs.filter(([each]) => takes(each))) {
      addPair(held, id, token);
      count += 1;
      if (count <= rememberedMax) remembered.add(id, token);
    }
  }
  const decided = createBuckets(bucketsCount);
  let compared = 0;
  for await (const pairs of decidedPairs(context, lease, copy, takes)) {
    for (const [id, token] of pairs) {
      addPair(decided, id, token);
      if (count <= rememberedMax) remembered.compare(id, token);
    }
    compared += pairs.length;
  }
  const differing = differingBuckets(held, decided);
  const buckets = { count: bucketsCount, differing: differing.size };
  if (differing.size === 0) return { compared, ids: [], buckets };
  const isIn = (id: string) => takes(id) && differing.has(bucketOf(held, id));
  const listed =
    count <= rememberedMax ? remembered : await listAgain(context, lease, copy, isIn, new Listed(absent));
  return { compared: compared + listed.alone, ids: listed.suspects(), buckets };
}

async function listAgain(
  context: Context,
  lease: Lease,
  copy: Follower,
  isIn: (id: string) => boolean,
  listed: Listed,
): Promise<Listed> {
  for await (const pairs of copy.list(context.env, lease)) {
    for (const [id, token] of pairs) if (isIn(id)) listed.add(id, token);
  }
  for await (const pairs of decidedPairs(context, lease, copy, isIn)) {
    for (const [id, token] of pairs) listed.compare(id, token);
  }
  return listed;
}

/** Pairs of a copy, taken out as the authority's are compared with them. */
class Listed {
  private readonly tokens = new Map<string, string>();
  private readonly ids: string[] = [];
  private readonly absent: (id: string) => string | undefined;

  constructor(absent: (id: string) => string | undefined) {
    this.absent = absent;
  }

  add(id: string, token: string): void {
    this.tokens.set(id, token);
  }

  compare(id: string, token: string): void {
    if (this.tokens.get(id) !== token) this.ids.push(id);
    this.tokens.delete(id);
  }

  /** Once all are compared: how many the copy has and the authority has not. */
  get alone(): number {
    return this.tokens.size;
  }

  suspects(): readonly string[] {
    const alone = [...this.tokens].filter(([id, token]) => token !== this.absent(id));
    return [...this.ids, ...alone.map(([id]) => id)];
  }
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
