/** How often a lag fell into each bucket. */
export type LagCounts = ReadonlyMap<number, number>;

/** Neighbouring bounds differ by a quarter: a percentile is told at most a quarter too high. */
const growth = 1.25;
const bucketsMax = 90;

/** The bucket of a lag in milliseconds: bucket n holds what is at most `growth` to the power n. */
function bucketOf(lagMs: number): number {
  return Math.min(bucketsMax, Math.max(0, Math.ceil(Math.log(Math.max(1, lagMs)) / Math.log(growth))));
}

/** Counters that add up, whoever counts: many functions at once, none of which knows the others' lags. */
export function countLags(lagsMs: readonly number[]): LagCounts {
  const counts = new Map<number, number>();
  for (const lagMs of lagsMs) counts.set(bucketOf(lagMs), (counts.get(bucketOf(lagMs)) ?? 0) + 1);
  return counts;
}

export function addCounts(all: Iterable<LagCounts>): LagCounts {
  const sum = new Map<number, number>();
  for (const counts of all)
    for (const [bucket, times] of counts) sum.set(bucket, (sum.get(bucket) ?? 0) + times);
  return sum;
}

export function countOf(counts: LagCounts): number {
  return [...counts.values()].reduce((sum, times) => sum + times, 0);
}

/** The upper bound, in milliseconds, of the bucket in which that share of the lags lies; `undefined` without any. */
export function percentileMs(counts: LagCounts, share: number): number | undefined {
  const wanted = Math.ceil(countOf(counts) * share);
  let seen = 0;
  for (const [bucket, times] of [...counts].sort(([one], [other]) => one - other)) {
    seen += times;
    if (seen >= wanted) return Math.round(growth ** bucket);
  }
  return undefined;
}
