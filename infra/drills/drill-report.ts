import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DrillReport, isKept } from './drill.ts';
import { type Figure, percentile } from './drill-figures.ts';
import { type Gaps, wholeGap } from './replica-gap.ts';

const seconds = (ms: number | undefined) => (ms === undefined ? '–' : (ms / 1000).toFixed(1));

const behind = (gaps: Gaps) =>
  Object.entries(gaps)
    .map(([fed, { writes, ms }]) => `; replica fed ${fed} behind by ${writes} writes, ${seconds(ms)} s`)
    .join('');

export function summaryOf(report: DrillReport): string {
  const { drill, acknowledged, synced, lost, unresolved, differing, wrong } = report;
  return [
    `${isKept(report) ? 'kept  ' : 'BROKEN'} ${drill.padEnd(44)}`,
    `${acknowledged} acknowledged (${synced} synced), ${lost.length} lost, ${unresolved} open, diff ${differing};`,
    `noticed ${seconds(report.noticedMs)} s, ${report.mode ?? 'no mode'} ${seconds(report.modeMs)} s,`,
    `reads away ${seconds(report.readsAwayMs)} s, writes away ${seconds(report.writesAwayMs)} s,`,
    `NORMAL ${seconds(report.normalMs)} s after repair${behind(report.rpo)}`,
    ...wrong.map((what) => `\n       ${what}`),
  ].join(' ');
}

const columns: readonly ((report: DrillReport) => number | undefined)[] = [
  ({ noticedMs }) => noticedMs,
  ({ modeMs }) => modeMs,
  ({ readsAwayMs }) => readsAwayMs,
  ({ writesAwayMs }) => writesAwayMs,
  ({ normalMs }) => normalMs,
  ({ rpo }) => wholeGap(rpo).ms,
];

function markdownOf(reports: readonly DrillReport[], figures: readonly Figure[]): string {
  const rows = reports.map(
    (report) =>
      `| ${report.drill} | ${report.store} | ${report.requestsPerSecond.toFixed(1)} | ${report.acknowledged} | ${report.synced} | ${report.lost.length} | ${report.unresolved} | ${report.differing} | ${report.mode ?? '–'} | ${columns.map((of) => seconds(of(report))).join(' | ')} | ${wholeGap(report.rpo).writes} |`,
  );
  const shares = [0.5, 0.95].map(
    (share) =>
      `| p${share * 100} | ${columns.map((of) => seconds(percentile(reports.map(of), share))).join(' | ')} |`,
  );
  const broken = reports.filter((report) => !isKept(report)).length;
  return `# Drills of ${new Date().toISOString()}

${reports.length} drills, ${broken} broken; ${reports.reduce((sum, { acknowledged }) => sum + acknowledged, 0)} writes acknowledged, ${reports.reduce((sum, { lost }) => sum + lost.length, 0)} lost.

| figure | goal | measured | |
| --- | --- | --- | --- |
${figures.map(({ name, goal, measured, reached }) => `| ${name} | ${goal} | ${measured} | ${reached ? 'reached' : 'missed'} |`).join('\n')}

![Timeline](timeline.svg)

Seconds: noticed and mode from the fault on; the longest time without an answered read or write; NORMAL from the repair on; RPO of the asynchronous replicas.

| drill | store | requests/s | acknowledged | synced | lost | open | diff | mode | noticed | mode after | reads away | writes away | NORMAL | RPO s | RPO writes |
| --- | --- | --: | --: | --: | --: | --: | --: | --- | --: | --: | --: | --: | --: | --: | --: |
${rows.join('\n')}

| | noticed | mode after | reads away | writes away | NORMAL | RPO |
| --- | --: | --: | --: | --: | --: | --: |
${shares.join('\n')}
`;
}

const width = 960;
const left = 290;
const rowHeight = 46;
const colours: Readonly<Record<string, string>> = {
  NORMAL: '#cfe8cf',
  A_ONLY: '#f6d9a8',
  CATCHUP: '#f3ecb0',
  READ_ONLY: '#f2c1b9',
  REBUILD: '#d9c7ec',
  PROMOTING: '#c7d9f2',
};

/** One line a drill: its modes as bands, each request as a tick (above the line if it was answered, below if not). */
function timelineOf(reports: readonly DrillReport[]): string {
  const lines = reports.map((report, index) => timelineRow(report, 40 + index * rowHeight));
  const height = 60 + reports.length * rowHeight;
  const legend = Object.entries(colours).map(
    ([mode, colour], index) =>
      `<rect x="${left + index * 110}" y="8" width="12" height="12" fill="${colour}"/><text x="${left + 16 + index * 110}" y="18">${mode}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11" role="img" aria-label="Timeline of the drills">
<rect width="${width}" height="${height}" fill="white"/>${legend.join('')}
${lines.join('\n')}
</svg>
`;
}

function timelineRow(report: DrillReport, y: number): string {
  const { startedAtMs, endedAtMs, faultAtMs, mendedAtMs, modes, attempts, drill } = report;
  const at = (ms: number) =>
    (left + ((ms - startedAtMs) / Math.max(1, endedAtMs - startedAtMs)) * (width - left - 20)).toFixed(1);
  const bands = [{ atMs: startedAtMs, mode: 'NORMAL' }, ...modes].map(({ atMs, mode }, index, all) => {
    const to = Number(at(modes[index]?.atMs ?? endedAtMs));
    const from = Number(at(index === 0 ? startedAtMs : (all[index]?.atMs ?? atMs)));
    return `<rect x="${from}" y="${y}" width="${Math.max(0, to - from).toFixed(1)}" height="24" fill="${colours[mode] ?? '#eee'}"><title>${mode}</title></rect>`;
  });
  const ticks = (succeeded: boolean, from: number, to: number, colour: string) =>
    `<path stroke="${colour}" d="${attempts
      .filter((one) => one.succeeded === succeeded)
      .map(({ endedAtMs: ms }) => `M${at(ms)} ${from}V${to}`)
      .join('')}"/>`;
  const mark = (ms: number, text: string) =>
    `<path stroke="black" d="M${at(ms)} ${y - 3}V${y + 27}"/><text x="${at(ms)}" y="${y + 37}" font-size="9">${text}</text>`;
  return [
    `<text x="4" y="${y + 16}">${drill}</text>`,
    ...bands,
    ticks(true, y + 3, y + 11, '#2a7a2a'),
    ticks(false, y + 13, y + 21, '#b03020'),
    mark(faultAtMs, 'fault'),
    mark(mendedAtMs, 'repair'),
  ].join('');
}

/** Writes tables, figures and the picture. @returns the folder */
export function writeReport(
  folder: string,
  reports: readonly DrillReport[],
  figures: readonly Figure[],
): string {
  const made = join(folder, new Date().toISOString().replaceAll(':', '-').slice(0, 19));
  mkdirSync(made, { recursive: true });
  writeFileSync(join(made, 'report.md'), markdownOf(reports, figures));
  writeFileSync(join(made, 'timeline.svg'), timelineOf(reports));
  const drills = reports.map(({ attempts, ...report }) => ({ ...report, requests: attempts.length }));
  writeFileSync(join(made, 'report.json'), `${JSON.stringify({ figures, drills }, undefined, 2)}\n`);
  return made;
}
