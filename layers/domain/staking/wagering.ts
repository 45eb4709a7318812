import { scoreScale, wagerDivisor } from './rules.ts';
import { roundShares } from './shares.ts';

/** A member in the settlement of one round. */
export interface Wager {
  /** Its public key. */
  readonly key: string;
  /** What it has at stake after this round's slashing, in micro-units. */
  readonly stake: bigint;
  /** What of it is never wagered. */
  readonly bond: bigint;
  /** For each prediction that has an outcome, its loss in billionths; `undefined` where it did not answer. */
  readonly losses: readonly (bigint | undefined)[];
}

/** A loss in [0, 1] as whole billionths. */
export const quantiseLoss = (loss: number): bigint => BigInt(Math.round(loss * Number(scoreScale)));

/** What is above the bond. */
export const wagered = ({ stake, bond }: Pick<Wager, 'stake' | 'bond'>): bigint =>
  stake > bond ? stake - bond : 0n;

/** The loss of those who answered one prediction, by what they wager; `undefined` if they wager nothing. */
function meanLossOf(wagers: readonly Wager[], row: number): bigint | undefined {
  let [sum, weight] = [0n, 0n];
  for (const each of wagers) {
    const loss = each.losses[row];
    if (loss === undefined) continue;
    sum += wagered(each) * loss;
    weight += wagered(each);
  }
  return weight === 0n ? undefined : sum / weight;
}

/**
 * What each member wins or loses by its answers: Δ_i = λ w_i (s_i − Σ w_j s_j ÷ Σ w_j), s = 1 − mean loss, w what is above
 * the bond. It sums to 0 exactly, takes at most λ w_i, and pays in expectation whoever answers what he believes.
 * A prediction that a member did not answer counts as the mean, by wager, of those who did: silence wins nothing.
 * Source: N. Lambert, J. Langford, J. Wortman, Y. Chen, D. Reeves, Y. Shoham, D. Pennock, Self-financed wagering
 * mechanisms for forecasting, EC 2008: the weighted-score mechanism, which is budget-balanced, truthful, individually
 * rational, monotonic and neutral to splitting (sybilproof).
 * @returns changes in micro-units by key.
 */
export function settleWagers(wagers: readonly Wager[]): ReadonlyMap<string, bigint> {
  const rows = Math.max(0, ...wagers.map(({ losses }) => losses.length));
  const means = Array.from({ length: rows }, (_, row) => meanLossOf(wagers, row));
  const judged = means.filter((mean) => mean !== undefined).length;
  const total = wagers.reduce((sum, each) => sum + wagered(each), 0n);
  const sums = wagers.map((each) => ({
    key: each.key,
    wager: wagered(each),
    loss: means.reduce<bigint>(
      (sum, mean, row) => sum + (mean === undefined ? 0n : (each.losses[row] ?? mean)),
      0n,
    ),
  }));
  if (judged === 0 || total === 0n) return new Map(sums.map(({ key }) => [key, 0n]));
  const weightedLoss = sums.reduce((sum, { wager, loss }) => sum + wager * loss, 0n);
  return roundShares(
    sums.map(({ key, wager, loss }) => ({ key, numerator: wager * (weightedLoss - total * loss) })),
    wagerDivisor * total * BigInt(judged) * scoreScale,
  );
}
