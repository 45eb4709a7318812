import { stakeAccount } from '@layers/domain/staking/accounts';
import * as z from 'zod/mini';
import { api } from '../../api.ts';

export type LedgerEntry = Awaited<ReturnType<typeof api.listLedger>>['body']['items'][number];

/** What a settled round did to the stakes of a data set, in units. */
export interface SettledRound {
  readonly round: number;
  readonly fromPlace: number;
  readonly toPlace: number;
  /** By public key. */
  readonly before: ReadonlyMap<string, number>;
  readonly after: ReadonlyMap<string, number>;
  /** What insurance got: half of what was slashed. */
  readonly insured: number;
}

const microUnits = 1_000_000;
/** Micro-units as text, in units. */
export const unitsOf = (amount: string) => Number(amount) / microUnits;

/** The rounds of a data set, as the ledger's own postings tell them. */
export function roundsIn(entries: readonly LedgerEntry[], dataset: string): readonly SettledRound[] {
  const prefix = stakeAccount(dataset, '');
  const rounds: SettledRound[] = [];
  let stakes: ReadonlyMap<string, number> = new Map();
  for (const { kind, dataset: of, round, fromPlace, toPlace, postings } of entries) {
    const before = stakes;
    const after = new Map(before);
    for (const { account, amount } of postings) {
      if (!account.startsWith(prefix)) continue;
      const key = account.slice(prefix.length);
      after.set(key, (after.get(key) ?? 0) + unitsOf(amount));
    }
    stakes = after;
    if (kind !== 'settlement' || of !== dataset || round === undefined) continue;
    const insured = unitsOf(postings.find(({ account }) => account === 'insurance')?.amount ?? '0');
    rounds.push({ round, fromPlace: fromPlace ?? 1, toPlace: toPlace ?? 1, before, after, insured });
  }
  return rounds;
}

/** A member's stake before its first round and after each, by the place of the round's last prediction. */
export const stakePoints = (rounds: readonly SettledRound[], key: string) =>
  rounds.flatMap(({ fromPlace, toPlace, before, after }, index) => {
    const then = before.get(key);
    if (then === undefined) return [];
    const isFirst = index === 0 || rounds[index - 1]?.before.get(key) === undefined;
    const points = [{ x: toPlace, y: after.get(key) ?? 0 }];
    return isFirst ? [{ x: fromPlace - 1, y: then }, ...points] : points;
  });

const evidence = z.object({
  commits: z.optional(
    z.object({ members: z.array(z.object({ key: z.string(), founder: z.optional(z.boolean()) })) }),
  ),
  reveals: z.optional(z.object({ members: z.array(z.object({ key: z.string(), status: z.string() })) })),
});

/** How often each member that was bound failed to reveal what it had committed to, and how: by key, then by status. */
export type Faults = ReadonlyMap<string, ReadonlyMap<string, number>>;

export async function readFaults(dataset: string, { fromPlace, toPlace }: SettledRound): Promise<Faults> {
  const path = { dataset, fromPlace: String(fromPlace) };
  const { body } = await api.readRoundEvidence({ path, query: { predictions: toPlace - fromPlace + 1 } });
  const faults = new Map<string, Map<string, number>>();
  for (const one of body.predictions) {
    const { commits, reveals } = evidence.parse(one);
    if (reveals === undefined) continue;
    for (const { key, founder } of commits?.members ?? []) {
      const status = reveals.members.find((each) => each.key === key)?.status ?? 'silent';
      if (founder === true || status === 'answered') continue;
      const own = faults.get(key) ?? new Map<string, number>();
      faults.set(key, own.set(status, (own.get(status) ?? 0) + 1));
    }
  }
  return faults;
}
