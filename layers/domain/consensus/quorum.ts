import { membersMin } from './settings.ts';

/** A member as the quorum sees it. */
export interface Voter {
  /** Micro-units; the deposit is the most that one of them counts. */
  readonly stake: bigint;
  /** False on probation: neither asked for nor counted here. */
  readonly counts: boolean;
  readonly answered: boolean;
}

export interface Quorum {
  readonly reached: boolean;
  /** Members that count, and those of them that answered. */
  readonly members: number;
  readonly answered: number;
  /** Σ min(stake, deposit) of those that answered ÷ of all that count, in [0, 1]. */
  readonly share: number;
}

/**
 * At least 2/3 of Σ min(stake, deposit), and at least 3 members. Not by weight: one member often holds over a third of
 * that, and its silence would stop the group.
 */
export function quorumOf(voters: readonly Voter[], deposit: bigint): Quorum {
  const counting = voters.filter(({ counts }) => counts);
  const answered = counting.filter((voter) => voter.answered);
  const sum = (some: readonly Voter[]) =>
    some.reduce((total, { stake }) => total + (stake < deposit ? stake : deposit), 0n);
  const [all, here] = [sum(counting), sum(answered)];
  return {
    reached: answered.length >= membersMin && all > 0n && here * 3n >= all * 2n,
    members: counting.length,
    answered: answered.length,
    share: all === 0n ? 0 : Number((here * 1_000_000n) / all) / 1_000_000,
  };
}
