import { type DrillReport, isKept } from './drill.ts';

/** A figure that the design names, with what was measured. */
export interface Figure {
  readonly name: string;
  readonly goal: string;
  readonly measured: string;
  readonly reached: boolean;
}

/** The least value that so large a share of them does not exceed (nearest rank); `undefined` of none. */
export function percentile(values: readonly (number | undefined)[], share: number): number | undefined {
  const known = values.filter((value) => value !== undefined).toSorted((one, other) => one - other);
  return known[Math.max(0, Math.ceil(known.length * share) - 1)];
}

interface Goal {
  readonly name: string;
  readonly of: (report: DrillReport) => boolean;
  readonly ms: (report: DrillReport) => number | undefined;
  readonly share: number;
  readonly maxMs: number;
}

const isDead = ({ failure, mode }: DrillReport) => failure === 'kill' && mode !== undefined;

const goals: readonly Goal[] = [
  {
    name: 'dead store noticed, p95',
    of: isDead,
    ms: ({ noticedMs }) => noticedMs,
    ...{ share: 0.95, maxMs: 3_000 },
  },
  {
    name: 'dead store: A_ONLY or READ_ONLY, p95',
    of: (report) => isDead(report) && report.mode !== 'PROMOTING',
    ms: ({ modeMs }) => modeMs,
    ...{ share: 0.95, maxMs: 5_000 },
  },
  {
    name: 'dead authority: longest without writes, promoted, p95',
    of: (report) => isDead(report) && report.mode === 'PROMOTING',
    ms: ({ writesAwayMs }) => writesAwayMs,
    ...{ share: 0.95, maxMs: 10_000 },
  },
  {
    name: 'dead store: longest without reads, p95',
    of: (report) => isDead(report) && report.goesOn.includes('read'),
    ms: ({ readsAwayMs }) => readsAwayMs,
    ...{ share: 0.95, maxMs: 5_000 },
  },
  {
    name: 'asynchronous RPO, p99',
    of: ({ rpo }) => rpo['on-change'] !== undefined,
    ms: ({ rpo }) => rpo['on-change']?.ms,
    ...{ share: 0.99, maxMs: 2_000 },
  },
  {
    name: 'RPO of what is copied each minute, p99',
    of: ({ rpo }) => rpo.periodic !== undefined,
    ms: ({ rpo }) => rpo.periodic?.ms,
    ...{ share: 0.99, maxMs: 90_000 },
  },
];

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

function timed(reports: readonly DrillReport[]): Figure[] {
  return goals.flatMap(({ name, of, ms, share, maxMs }) => {
    const measured = reports.filter(of).map(ms);
    const reached = percentile(measured, share);
    if (reached === undefined) return [];
    const of_ = `${seconds(reached)} of ${measured.length}`;
    return [{ name, goal: `≤ ${seconds(maxMs)}`, measured: of_, reached: reached <= maxMs }];
  });
}

const sum = (reports: readonly DrillReport[], of: (report: DrillReport) => number) =>
  reports.reduce((total, report) => total + of(report), 0);

/**
 * What the design asks of drills, and what these reached.
 * @param rounds the drills that were held at once; those that came to no end are not among them
 */
export function figuresOf(rounds: readonly (readonly DrillReport[])[], minutes: number): readonly Figure[] {
  const reports = rounds.flat();
  const lost = sum(reports, (report) => report.lost.length);
  const differing = sum(reports, (report) => Math.abs(report.differing));
  const broken = reports.filter((report) => !isKept(report)).length;
  const rates = rounds.map((round) => sum(round, ({ requestsPerSecond }) => requestsPerSecond));
  const least = rates.length === 0 ? 0 : Math.min(...rates);
  return [
    {
      ...{ name: 'acknowledged writes lost', goal: '0', reached: lost === 0 },
      measured: `${lost} of ${sum(reports, ({ acknowledged }) => acknowledged)} (${sum(reports, ({ synced }) => synced)} synced)`,
    },
    {
      name: 'records that differ after repair',
      goal: '0',
      measured: `${differing}`,
      reached: differing === 0,
    },
    { name: 'drills that broke a promise', goal: '0', measured: `${broken}`, reached: broken === 0 },
    ...timed(reports),
    {
      ...{ name: 'requests answered before the fault, least', goal: '≥ 10 /s', reached: least >= 10 },
      measured: `${least.toFixed(1)} /s`,
    },
    {
      ...{
        name: 'runs, all variants at once',
        goal: '80 within 45 min',
        // The long set holds more than these.
        reached: rounds.length >= 80 && (minutes * 80) / rounds.length <= 45,
      },
      measured: `${rounds.length} in ${minutes.toFixed(1)} min`,
    },
  ];
}
