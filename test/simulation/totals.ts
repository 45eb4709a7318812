import { Worker } from 'node:worker_threads';
import { cellNumber, cells, faults, steps } from './faults.ts';
import type { WorkerOrder, WorkerReport } from './worker.ts';

export interface Totals {
  histories: number;
  operations: number;
  calls: number;
  forced: number;
  readonly met: Map<number, number>;
  readonly modes: Map<string, number>;
  readonly broken: { seed: number; rule: string; detail: string }[];
  seconds: number;
  /** Histories a second of one core. */
  perSecondPerCore: number;
}

export interface RunOrder {
  readonly firstSeed: number;
  readonly seeds: number;
  readonly workers: number;
  readonly timeMaxMs: number;
  /** Seeds that broke a rule after which the run is given up. */
  readonly brokenMax: number;
}

/** Runs a range of seeds on several cores. Which worker runs which seed changes nothing of any history. */
export async function runSeeds(order: RunOrder, progress: (totals: Totals) => void): Promise<Totals> {
  const startedAtMs = Date.now();
  const totals: Totals = {
    histories: 0,
    operations: 0,
    calls: 0,
    forced: 0,
    met: new Map(),
    modes: new Map(),
    broken: [],
    seconds: 0,
    perSecondPerCore: 0,
  };
  const running = Array.from({ length: order.workers }, (_, index) =>
    runWorker(
      {
        firstSeed: order.firstSeed + index,
        seeds: order.seeds - index,
        step: order.workers,
        untilMs: startedAtMs + order.timeMaxMs,
      },
      (report) => {
        add(totals, report, (Date.now() - startedAtMs) / 1_000, order.workers);
        progress(totals);
        return totals.broken.length < order.brokenMax;
      },
    ),
  );
  await Promise.all(running);
  return totals;
}

function runWorker(workerData: WorkerOrder, take: (report: WorkerReport) => boolean): Promise<void> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData });
  return new Promise((resolve, reject) => {
    worker.on('message', (report: WorkerReport) => {
      if (!take(report)) void worker.terminate();
    });
    worker.on('error', reject);
    worker.on('exit', () => resolve());
  });
}

function add(totals: Totals, report: WorkerReport, seconds: number, workers: number): void {
  totals.histories += report.histories;
  totals.operations += report.operations;
  totals.calls += report.calls;
  totals.forced += report.forced;
  totals.seconds = seconds;
  totals.perSecondPerCore = totals.histories / Math.max(seconds, 0.001) / workers;
  totals.broken.push(...report.broken);
  for (const [cell, count] of report.met) totals.met.set(cell, (totals.met.get(cell) ?? 0) + count);
  for (const [mode, count] of report.modes) totals.modes.set(mode, (totals.modes.get(mode) ?? 0) + count);
}

/** Fault × step: how often each was met. `–`: cannot happen there. */
export function coverageTable({ met }: Totals): string[] {
  const possible = new Set(cells.map(cellNumber));
  const short = faults.map((fault) => fault.replace(' request', ' req').replace('crash ', 'crash-'));
  const width = 10;
  const lines = [`${'step'.padEnd(14)}${short.map((name) => name.padStart(width)).join('')}`];
  for (const step of steps) {
    const counts = faults.map((fault) => {
      const number = cellNumber({ fault, step });
      return (possible.has(number) ? String(met.get(number) ?? 0) : '–').padStart(width);
    });
    lines.push(`${step.padEnd(14)}${counts.join('')}`);
  }
  return lines;
}

/** Cells met less often than `min`. */
export function missed({ met }: Totals, min: number): string[] {
  return cells
    .filter((cell) => (met.get(cellNumber(cell)) ?? 0) < min)
    .map((cell) => `${cell.fault} at ${cell.step} (${met.get(cellNumber(cell)) ?? 0})`);
}
