export interface Difference {
  readonly mean: number;
  /** 2.5 % and 97.5 % of the resampled means. */
  readonly interval: readonly [number, number];
}

const level = 0.95;

/**
 * How much more one of two loses than the other in the same rows, by the paired percentile bootstrap (B. Efron and
 * R. Tibshirani, An introduction to the bootstrap, 1993): rows are drawn again with replacement, both losses of a row
 * together.
 * @param differences loss of the one − loss of the other, row by row
 * @param random uniform in [0, 1)
 */
export function pairedBootstrap(
  differences: readonly number[],
  { samples, random }: { readonly samples: number; readonly random: () => number },
): Difference {
  const rows = differences.length;
  const meanOf = (sum: number) => sum / rows;
  const means = Array.from({ length: samples }, () => {
    let sum = 0;
    for (let draw = 0; draw < rows; draw += 1) sum += differences[Math.floor(random() * rows)] ?? 0;
    return meanOf(sum);
  }).sort((one, other) => one - other);
  const at = (part: number) => means[Math.min(Math.floor(part * samples), samples - 1)] ?? Number.NaN;
  return {
    mean: meanOf(differences.reduce((sum, difference) => sum + difference, 0)),
    interval: [at((1 - level) / 2), at((1 + level) / 2)],
  };
}
