/** A share before rounding: `numerator` ÷ the divisor that all have in common. */
export interface Share {
  readonly key: string;
  readonly numerator: bigint;
}

/** The next whole number below, also of negative fractions. */
export function floorDivide(numerator: bigint, divisor: bigint): bigint {
  const quotient = numerator / divisor;
  return numerator < 0n && quotient * divisor !== numerator ? quotient - 1n : quotient;
}

/** By code units, the same on every machine. */
export const byKey = <Keyed extends { readonly key: string }>(one: Keyed, other: Keyed): number =>
  one.key < other.key ? -1 : one.key > other.key ? 1 : 0;

/**
 * Whole amounts that sum to the whole sum exactly: each share's floor, and one more for those with the largest
 * remainders, ties by key (Hamilton's method).
 * @param shares their numerators sum to a multiple of the divisor.
 * @param divisor above 0.
 */
export function roundShares(shares: readonly Share[], divisor: bigint): ReadonlyMap<string, bigint> {
  const floors = shares.map(({ key, numerator }) => {
    const floor = floorDivide(numerator, divisor);
    return { key, floor, remainder: numerator - floor * divisor };
  });
  const left = Number(floors.reduce((sum, { remainder }) => sum + remainder, 0n) / divisor);
  const raised = new Set(
    floors
      .toSorted((one, other) =>
        one.remainder === other.remainder ? byKey(one, other) : one.remainder > other.remainder ? -1 : 1,
      )
      .slice(0, left)
      .map(({ key }) => key),
  );
  return new Map(floors.map(({ key, floor }) => [key, raised.has(key) ? floor + 1n : floor]));
}

/** An amount divided in proportion to weights; all 0 if nothing weighs. */
export function divideByWeight(
  amount: bigint,
  weights: readonly { readonly key: string; readonly weight: bigint }[],
): ReadonlyMap<string, bigint> {
  const total = weights.reduce((sum, { weight }) => sum + weight, 0n);
  if (total === 0n) return new Map(weights.map(({ key }) => [key, 0n]));
  return roundShares(
    weights.map(({ key, weight }) => ({ key, numerator: amount * weight })),
    total,
  );
}
