import { insuranceAccount, stakeAccount } from '@layers/domain/staking/accounts';
import * as z from 'zod/mini';
import { api } from '../../api.ts';

export type LedgerEntry = Awaited<ReturnType<typeof api.listLedger>>['body']['items'][number];

/** What a settled round did to the stakes of a data set, in units. */
export interface SettledRound {
  readonly round: number;
  readonly fromPlace: number;
  readonly toPlace: number;
  /** By public key. */
  readonly before: Stakes;
  readonly after: Stakes;
  /** What insurance got: half of what was slashed. */
  readonly insured: number;
}

const microUnits = 1_000_000;
/** Micro-units as text, in units. */
export const unitsOf = (amount: string) => Number(amount) / microUnits;

type Stakes = ReadonlyMap<string, number>;

/** By public key, after an entry's postings. */
function stakesAfter(before: Stakes, { postings }: LedgerEntry, prefix: string): Stakes {
  const after = new Map(before);
  for (const { account, amount } of postings) {
    if (!account.startsWith(prefix)) continue;
    const key = account.slice(prefix.length);
    after.set(key, (after.get(key) ?? 0) + unitsOf(amount));
  }
  return after;
}

/** The rounds of a data set, as the ledger's own postings tell them. */
export function roundsIn(entries: readonly LedgerEntry[], dataset: string): readonly SettledRound[] {
  const rounds: SettledRound[] = [];
  let before: Stakes = new Map();
  for (const entry of entries) {
    const after = stakesAfter(before, entry, stakeAccount(dataset, ''));
    const { kind, round = 0, fromPlace = 1, toPlace = 1, postings } = entry;
    if (kind === 'settlement' && entry.dataset === dataset) {
      const insured = postings.find(({ account }) => account === insuranceAccount)?.amount ?? '0';
      rounds.push({ round, fromPlace, toPlace, before, after, insured: unitsOf(insured) });
    }
    before = after;
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

/** Of those that bound themselves in one prediction: how they failed. The deployment's own models are at fault for nothing. */
function faultsIn(one: unknown): readonly (readonly [key: string, status: string])[] {
  const { commits, reveals } = evidence.parse(one);
  if (commits === undefined || reveals === undefined) return [];
  const statuses = new Map(reveals.members.map(({ key, status }) => [key, status]));
  return commits.members
    .filter(({ founder }) => founder !== true)
    .map(({ key }) => [key, statuses.get(key) ?? 'silent'] as const)
    .filter(([, status]) => status !== 'answered');
}

export async function readFaults(dataset: string, { fromPlace, toPlace }: SettledRound): Promise<Faults> {
  const path = { dataset, fromPlace: String(fromPlace) };
  const { body } = await api.readRoundEvidence({ path, query: { predictions: toPlace - fromPlace + 1 } });
  const faults = new Map<string, Map<string, number>>();
  for (const [key, status] of body.predictions.flatMap(faultsIn)) {
    const own = faults.get(key) ?? new Map<string, number>();
    faults.set(key, own.set(status, (own.get(status) ?? 0) + 1));
  }
  return faults;
}
