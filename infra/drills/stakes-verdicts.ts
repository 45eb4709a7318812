import type { StakesDrillReport } from './stakes-drill.ts';

interface Verdict {
  readonly what: string;
  readonly kept: boolean;
}

const units = (micro: bigint | undefined) => (Number(micro ?? 0n) / 1_000_000).toFixed(2);

/** What the drill promises, and whether it was kept. */
export function stakesVerdicts(report: StakesDrillReport): readonly Verdict[] {
  const { rounds, liar, honest, liarState, failed, repeated, entries, replays } = report;
  const stakesOf = (key: string) => rounds.map(({ stakes }) => stakes.get(key) ?? 0n);
  const [lying, telling] = [stakesOf(liar), stakesOf(honest)];
  const falls = lying.every((stake, round) => round === 0 || stake < (lying[round - 1] ?? 0n));
  return [
    {
      what: `every prediction was answered: ${failed.length} failed, ${repeated} requests sent again`,
      kept: failed.length === 0,
    },
    {
      what: `the liar's stake fell in each of ${rounds.length - 1} rounds: ${units(lying[0])} → ${units(lying.at(-2))}, then`,
      kept: falls,
    },
    { what: `it was put out for a reveal that does not match: ${liarState}`, kept: liarState === 'ejected' },
    {
      what: `the honest member's grew: ${units(telling[0])} → ${units(telling.at(-1))}`,
      kept: (telling.at(-1) ?? 0n) > (telling[0] ?? 0n),
    },
    {
      what: 'after every round nothing was lost and nothing made',
      kept: rounds.every(({ conserved }) => conserved),
    },
    { what: `${entries} entries replay to the balances that the deployment shows`, kept: replays },
  ];
}
