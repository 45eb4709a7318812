import { Worker } from 'node:worker_threads';
import { type Cell, cellNumber, cells, faults, steps } from './faults.ts';
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

/**
 * Runs a range of seeds on several cores, until it is done, `progress` says that it is enough, or `signal` is aborted. Which
 * worker runs which seed changes nothing of any history.
 */
export async function runSeeds(
  order: RunOrder,
  signal: AbortSignal,
  progress: (totals: Totals) => boolean,
): Promise<Totals> {
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
  const stop = new AbortController();
  const stopped = AbortSignal.any([signal, stop.signal]);
  const take = (report: WorkerReport): void => {
    add(totals, report);
    totals.seconds = (Date.now() - startedAtMs) / 1_000;
    totals.perSecondPerCore = totals.histories / Math.max(totals.seconds, 0.001) / order.workers;
    if (progress(totals) || totals.broken.length >= order.brokenMax) stop.abort();
  };
  const running = Array.from({ length: order.workers }, (_, index) =>
    runWorker(
      {
        firstSeed: order.firstSeed + index,
        seeds: order.seeds - index,
        step: order.workers,
        untilMs: startedAtMs + order.timeMaxMs,
      },
      take,
      stopped,
    ),
  );
  await Promise.all(running);
  return totals;
}

function runWorker(
  workerData: WorkerOrder,
  take: (report: WorkerReport) => void,
  stopped: AbortSignal,
): Promise<void> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData });
  return new Promise((resolve, reject) => {
    const end = () => void worker.terminate();
    stopped.addEventListener('abort', end, { once: true });
    worker.on('message', take);
    worker.on('error', reject);
    worker.on('exit', () => {
      stopped.removeEventListener('abort', end);
      resolve();
    });
    if (stopped.aborted) end();
  });
}

type Counts = Pick<Totals, 'histories' | 'operations' | 'calls' | 'forced'> & {
  readonly met: ReadonlyMap<number, number>;
  readonly modes: ReadonlyMap<string, number>;
  readonly broken: WorkerReport['broken'];
};

/** Adds what others ran. */
export function add(totals: Totals, more: Counts): void {
  totals.histories += more.histories;
  totals.operations += more.operations;
  totals.calls += more.calls;
  totals.forced += more.forced;
  totals.broken.push(...more.broken);
  for (const [cell, count] of more.met) totals.met.set(cell, (totals.met.get(cell) ?? 0) + count);
  for (const [mode, count] of more.modes) totals.modes.set(mode, (totals.modes.get(mode) ?? 0) + count);
}

/** Fault × step: how often each was met. `–`: cannot happen there. */
export function coverageTable({ met }: Totals): string[] {
  const possible = new Set(cells.map(cellNumber));
  const short = faults.map((fault) =>
    fault.replace(' request', ' req').replace('crash ', 'crash-').replace('answered ', ''),
  );
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

/** Cells that several ranges together met less often than `min`. */
export function missed(ranges: readonly Pick<Totals, 'met'>[], min: number): string[] {
  const timesOf = (cell: Cell) => ranges.reduce((sum, { met }) => sum + (met.get(cellNumber(cell)) ?? 0), 0);
  return cells
    .filter((cell) => timesOf(cell) < min)
    .map((cell) => `${cell.fault} at ${cell.step} (${timesOf(cell)})`);
}
