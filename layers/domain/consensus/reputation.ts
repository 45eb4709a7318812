/** How reputations move; the attack lab compares some. */
export interface ReputationRule {
  /** η: how steeply a reputation falls with a loss. */
  readonly learningRate: number;
  /** a: the part of the mean that everybody gets back at each outcome, so that nobody is lost for good. */
  readonly sharingRate: number;
  /** The most that a reputation multiplies a stake by, or one model comes to rule. */
  readonly cap: number;
}

/**
 * Chosen in the lab (`npm run attack -- --compare`): a steeper fall leaves sleepers and pulsers less of what they earned,
 * a cap of 2 follows the best member closer, and the smaller share gives liars less back.
 */
export const reputationRule: ReputationRule = { learningRate: 1.5, sharingRate: 0.0002, cap: 2 };

/** Settled batches that a newcomer is scored for before he weighs anything. */
export const probationBatches = 5;

/** How a member's word counts. A new state is a new value: nothing here changes its arguments. */
export interface Standing {
  /** The member's public key. */
  readonly key: string;
  /** Normalised: the stake-weighted mean of those past probation is 1. */
  readonly reputation: number;
  /** Batches left at weight 0. */
  readonly probation: number;
}

/** Stakes by key, in any one unit; a key that is not there has none. Equal for all: weights by accuracy alone. */
export type Stakes = ReadonlyMap<string, number>;

/** The deployment's own models: they count from the first prediction. */
export function founderOf(key: string): Standing {
  return { key, reputation: 1, probation: 0 };
}

/**
 * Everybody else, at genesis too: otherwise a majority of fresh liars takes the first batch whole.
 * His reputation is 0 until he enters.
 */
export function newcomerOf(key: string): Standing {
  return { key, reputation: 0, probation: probationBatches };
}

const counts = ({ probation }: Standing) => probation === 0;

/** What multiplies a member's stake: at most the cap; 0 on probation. */
export function cappedReputation(standing: Standing, { cap } = reputationRule): number {
  return counts(standing) ? Math.min(standing.reputation, cap) : 0;
}

/** Mean of a figure by weight; 0 where nothing weighs. */
function weightedMean(pairs: readonly (readonly [weight: number, figure: number])[]): number {
  const weight = pairs.reduce((sum, [each]) => sum + each, 0);
  return weight > 0 ? pairs.reduce((sum, [each, figure]) => sum + each * figure, 0) / weight : 0;
}

const stakeOf = (stakes: Stakes, key: string) => stakes.get(key) ?? 0;

/** Reputations scaled so that their stake-weighted mean is 1, past probation. */
export function normalise(standings: readonly Standing[], stakes: Stakes): readonly Standing[] {
  const mean = weightedMean(
    standings.filter(counts).map(({ key, reputation }) => [stakeOf(stakes, key), reputation] as const),
  );
  if (mean === 0) return standings;
  return standings.map((each) => (counts(each) ? { ...each, reputation: each.reputation / mean } : each));
}

/**
 * Reputations after one outcome, to be called in the order of predictions:
 * r ← (1 − a) r exp(−η loss) ÷ Z + a, Z the stake-weighted mean of r exp(−η loss).
 * Whoever did not answer pays the mean loss, by weight, of those who did: neither silence nor absence pays.
 * Sources: N. Littlestone and M. Warmuth, The weighted majority algorithm, 1994; M. Herbster and M. Warmuth, Tracking the
 * best expert, 1998 (the share a); Y. Freund et al., Using and combining predictors that specialize, 1997 (absence).
 * @param losses in [0, 1], by key, of those who answered.
 */
export function afterOutcome(
  standings: readonly Standing[],
  stakes: Stakes,
  losses: ReadonlyMap<string, number>,
  rule = reputationRule,
): readonly Standing[] {
  const { learningRate, sharingRate } = rule;
  const answered = standings.flatMap((each) => {
    const loss = losses.get(each.key);
    return loss === undefined
      ? []
      : [[stakeOf(stakes, each.key) * cappedReputation(each, rule), loss] as const];
  });
  const meanLoss = weightedMean(answered);
  const fallen = standings.map((each) => {
    if (!counts(each)) return each;
    return {
      ...each,
      reputation: each.reputation * Math.exp(-learningRate * (losses.get(each.key) ?? meanLoss)),
    };
  });
  return normalise(fallen, stakes).map((each) =>
    counts(each) ? { ...each, reputation: (1 - sharingRate) * each.reputation + sharingRate } : each,
  );
}

/**
 * Standings after a settled batch. Whoever ends his probation enters at the lowest reputation there is, so that a new key
 * is never better than the worst old one; with nobody to compare with, at 1.
 */
export function afterBatch(standings: readonly Standing[], stakes: Stakes): readonly Standing[] {
  const known = standings.filter(counts).map(({ reputation }) => reputation);
  const lowest = known.length === 0 ? 1 : Math.min(...known);
  const entered = standings.map((each) => {
    if (counts(each)) return each;
    return each.probation === 1
      ? { ...each, probation: 0, reputation: lowest }
      : { ...each, probation: each.probation - 1 };
  });
  return normalise(entered, stakes);
}
