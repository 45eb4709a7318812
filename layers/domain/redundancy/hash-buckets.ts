/**
 * Digests of many (id, token) pairs, a pair in the bucket of its id's hash: two stores are compared by what each bucket
 * adds up to, and only the pairs of buckets that differ are looked at one by one. The digest of a bucket is the sum of
 * its pairs' hashes, modulo 2^32 in two independent halves (an additive multiset hash: Bellare, Micciancio, 1997), so the
 * order in which a store lists its pairs does not matter.
 */
export interface HashBuckets {
  readonly count: number;
  /** Two 32-bit halves a bucket. */
  readonly sums: Uint32Array;
}

export function createBuckets(count: number): HashBuckets {
  return { count, sums: new Uint32Array(2 * count) };
}

/** FNV-1a over UTF-16 code units, 32 bits, with MurmurHash3's finalizer (Appleby) so that sums are well mixed. */
function hashOf(text: string, seed: number): number {
  let hash = seed;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const [idSeed, lowSeed, highSeed] = [0x811c9dc5, 0x9747b28c, 0x3c6ef372] as const;

export function bucketOf({ count }: HashBuckets, id: string): number {
  return hashOf(id, idSeed) % count;
}

/** `token` changes with every change of the record: its (epoch, ver, op, hash), or an ETag. */
export function addPair(buckets: HashBuckets, id: string, token: string): void {
  const bucket = bucketOf(buckets, id);
  const pair = `${id}\n${token}`;
  const { sums } = buckets;
  sums[2 * bucket] = (sums[2 * bucket] ?? 0) + hashOf(pair, lowSeed);
  sums[2 * bucket + 1] = (sums[2 * bucket + 1] ?? 0) + hashOf(pair, highSeed);
}

/** Numbers of the buckets that do not add up to the same. Both have the same count. */
export function differingBuckets(one: HashBuckets, other: HashBuckets): ReadonlySet<number> {
  const differing = new Set<number>();
  for (const [index, sum] of one.sums.entries()) if (sum !== other.sums[index]) differing.add(index >> 1);
  return differing;
}
