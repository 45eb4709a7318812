import type { Plan } from './plan.ts';
import type { Protocol } from './protocol.ts';
import { type HistoryOptions, runHistory } from './run-history.ts';

const linesMax = 400;

/** A history as lines: virtual milliseconds, one column a process, in the order in which things happened. */
export async function drawTimeline(
  plan: Plan,
  protocol: Protocol,
  options: HistoryOptions,
): Promise<string[]> {
  const entries: { atMs: number; who: string; what: string }[] = [];
  await runHistory(plan, protocol, {
    ...options,
    trace(atMs, text) {
      const [, who = '', what = text] = /^([a-z]+(?:-?\d+)?(?:\.\d+)?) (.*)$/.exec(text) ?? [];
      entries.push({ atMs, who, what });
    },
  });
  const columns = [...new Set(entries.map(({ who }) => lane(who)))].filter((who) => who !== '');
  const width = Math.max(10, Math.floor(150 / Math.max(1, columns.length)));
  const lines = [`${'ms'.padStart(6)}  ${columns.map((who) => who.padEnd(width)).join('')}`];
  for (const { atMs, who, what } of entries) {
    const column = columns.indexOf(lane(who));
    const indent = column < 0 ? '== ' : ' '.repeat(column * width);
    lines.push(`${String(Math.round(atMs)).padStart(6)}  ${indent}${what}`.slice(0, 190));
  }
  if (lines.length <= linesMax) return lines;
  return [
    ...lines.slice(0, 1),
    `  … ${lines.length - linesMax} lines before …`,
    ...lines.slice(1 - linesMax),
  ];
}

/** A crashed process's successor goes on in its column. */
function lane(who: string): string {
  return who.replace(/\.\d+$/, '');
}
