/** All amounts are integer micro-units; 1,000,000 of them are one unit. */
export const microUnitsPerUnit = 1_000_000n;
/** What joining a data set takes unless told, and at most. */
export const depositMax = 100n * microUnitsPerUnit;
/** Below it rounding eats what is won (below about 10 micro-units nothing ever moves). */
export const depositMin = 1n * microUnitsPerUnit;
/** The part of a deposit that is never wagered: a quarter. Whoever is slashed below it is put out. */
export const bondOf = (deposit: bigint): bigint => deposit / 4n;

/** Counting predictions of a data set that are settled together. */
export const roundPredictions = 20;
/** λ: the part of what is above the bond that a round can move, as 1 ÷ 10. */
export const wagerDivisor = 10n;
/** Losses and scores are whole billionths, so that sums are exact. */
export const scoreScale = 1_000_000_000n;
/** Rounds whose mismatches are punished together: the one that is settled and those before it. */
export const correlationRounds = 20;
/** After so many settled rounds what a leaving member had at stake is his again. */
export const unlockRounds = 21;
/** Members of one data set. */
export const membersMax = 50;
