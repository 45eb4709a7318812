import { divideByWeight } from './shares.ts';

/** What can be proven against a member, each counted once a round: another fault is another entry. */
export const faults = [
  /** No answer was revealed though it was asked. By prediction it would ruin who is absent a fifth of the time. */
  { name: 'absent', divisor: 64n, ejects: false },
  /** What was revealed is no answer: wrong form, out of range. */
  { name: 'invalid', divisor: 32n, ejects: false },
  /** What was revealed is not what was committed to, or two different answers were. */
  { name: 'mismatch', divisor: 4n, ejects: true },
] as const satisfies readonly { readonly name: string; readonly divisor: bigint; readonly ejects: boolean }[];

export type Fault = (typeof faults)[number]['name'];

/** How much of the stake mismatches are correlated by (after Ethereum's proportional slashing multiplier). */
const correlationFactor = 3n;

export interface Judged {
  /** The member's public key. */
  readonly key: string;
  /** In micro-units. */
  readonly stake: bigint;
  readonly faults: ReadonlySet<Fault>;
  /** Whether it answered any prediction of the round, bound by a commitment: a stake that does nothing earns nothing. */
  readonly answered: boolean;
}

export interface Slashing {
  /** What is taken, by key, for all members; 0 for the faultless. */
  readonly taken: ReadonlyMap<string, bigint>;
  /** What the faultless get of it, by key. */
  readonly rewards: ReadonlyMap<string, bigint>;
  readonly insurance: bigint;
  /** The base parts of this round's mismatches, for the rounds that follow. */
  readonly mismatched: bigint;
  /** Keys that are put out for what they did. */
  readonly ejected: ReadonlySet<string>;
}

/** The round's place in time. */
export interface SlashingWindow {
  /** Base parts of mismatches in the rounds before that still count, in micro-units. */
  readonly mismatchedBefore: bigint;
  /** M₀: everything at stake in the data set when the round began. */
  readonly stakeAtStart: bigint;
}

const faultsOf = (judged: Judged) => faults.filter(({ name }) => judged.faults.has(name));
const sumOf = (amounts: Iterable<bigint>) => [...amounts].reduce((sum, each) => sum + each, 0n);
const smaller = (one: bigint, other: bigint) => (one < other ? one : other);

const ejects = (judged: Judged) => faultsOf(judged).some((fault) => fault.ejects);

const basePart = ({ stake }: Judged, divisor: bigint) => stake / divisor;

/** ⌊m · min(M₀, 3S) ÷ M₀⌋: near nothing for one alone, everything when a third of the stake lies together. */
function correlationPart({ stake }: Judged, mismatched: bigint, { stakeAtStart }: SlashingWindow): bigint {
  if (stakeAtStart === 0n) return 0n;
  return (stake * smaller(stakeAtStart, correlationFactor * mismatched)) / stakeAtStart;
}

/**
 * Takes from the members of one round what their faults cost, in all at most what they have. Half goes to the faultless
 * who answered, by stake, and half to insurance, all to insurance where there are none; nothing is burned. Faults are facts about
 * messages: no outcome, and so no bad luck, can make one.
 * Source of the correlation term: the Ethereum consensus specification, `process_slashings`.
 */
export function slash(members: readonly Judged[], window: SlashingWindow): Slashing {
  const mismatched = sumOf(
    members.filter(ejects).map((each) =>
      sumOf(
        faultsOf(each)
          .filter((fault) => fault.ejects)
          .map(({ divisor }) => basePart(each, divisor)),
      ),
    ),
  );
  const taken = new Map(
    members.map((each) => {
      const base = sumOf(faultsOf(each).map(({ divisor }) => basePart(each, divisor)));
      const correlation = ejects(each)
        ? correlationPart(each, mismatched + window.mismatchedBefore, window)
        : 0n;
      return [each.key, smaller(each.stake, base + correlation)] as const;
    }),
  );
  const total = sumOf(taken.values());
  const faultless = members.filter(
    ({ faults: found, answered, stake }) => found.size === 0 && answered && stake > 0n,
  );
  const shared = faultless.length === 0 ? 0n : total / 2n;
  const rewards = divideByWeight(
    shared,
    faultless.map(({ key, stake }) => ({ key, weight: stake })),
  );
  const ejected = new Set(members.filter(ejects).map(({ key }) => key));
  return { taken, rewards, insurance: total - shared, mismatched, ejected };
}
