/** 100 units in micro-units: what a member puts in, and the most that one of them counts in a quorum. */
export const depositMicroUnits = 100_000_000n;

/** What each member stands for. */
export interface StakeBook {
  /** Micro-units by public key, of the keys that are asked; a key without stake is not in it. */
  stakes(dataset: string, keys: readonly string[]): Promise<ReadonlyMap<string, bigint>>;
}

/** Where nothing is at stake all stand for the same: weights follow accuracy alone. */
export const equalStakes: StakeBook = {
  stakes: (_dataset, keys) => Promise.resolve(new Map(keys.map((key) => [key, depositMicroUnits]))),
};
