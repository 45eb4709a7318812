/** 100 units in micro-units: what a member puts in, and the most that one of them counts in a quorum. */
export const depositMicroUnits = 100_000_000n;

/** What each member stands for: micro-units by public key; a key without stake is not in it. */
export type StakesByKey = ReadonlyMap<string, bigint>;

export interface StakeBook {
  /** Of the keys that are asked. @returns `undefined` where nothing is at stake: nobody has opened the data set's books. */
  stakes(dataset: string, keys: readonly string[]): Promise<StakesByKey | undefined>;
}

/** Where nothing is at stake all stand for the same: weights follow accuracy alone. */
export const equalStakes = (keys: readonly string[]): StakesByKey =>
  new Map(keys.map((key) => [key, depositMicroUnits]));
