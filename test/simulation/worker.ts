import { parentPort, workerData } from 'node:worker_threads';
import { createPlan } from './plan.ts';
import { domainFolder, loadProtocol } from './protocol.ts';
import { runHistory } from './run-history.ts';

/** Runs every `step`-th seed of a range and posts a report each second, and one for each history that broke a rule. */
export interface WorkerOrder {
  readonly firstSeed: number;
  readonly seeds: number;
  readonly step: number;
  readonly untilMs: number;
}

export interface WorkerReport {
  readonly histories: number;
  readonly operations: number;
  readonly calls: number;
  readonly forced: number;
  readonly met: ReadonlyMap<number, number>;
  readonly modes: ReadonlyMap<string, number>;
  readonly broken: readonly { readonly seed: number; readonly rule: string; readonly detail: string }[];
  readonly finished: boolean;
}

const reportEveryMs = 1_000;

async function work({ firstSeed, seeds, step, untilMs }: WorkerOrder): Promise<void> {
  Error.stackTraceLimit = 0;
  const protocol = await loadProtocol(domainFolder);
  let report = emptyReport();
  let reportedAtMs = Date.now();
  for (let seed = firstSeed; seed < firstSeed + seeds && Date.now() < untilMs; seed += step) {
    const result = await runHistory(createPlan(seed), protocol);
    report.histories += 1;
    report.operations += result.operations;
    report.calls += result.calls;
    if (result.forced) report.forced += 1;
    for (const [cell, count] of result.met) report.met.set(cell, (report.met.get(cell) ?? 0) + count);
    for (const mode of result.modes) report.modes.set(mode, (report.modes.get(mode) ?? 0) + 1);
    const [violation] = result.violations;
    if (violation !== undefined) report.broken.push({ seed, rule: violation.rule, detail: violation.detail });
    if (Date.now() - reportedAtMs < reportEveryMs && violation === undefined) continue;
    parentPort?.postMessage(report);
    report = emptyReport();
    reportedAtMs = Date.now();
  }
  parentPort?.postMessage({ ...report, finished: true });
}

function emptyReport() {
  return {
    histories: 0,
    operations: 0,
    calls: 0,
    forced: 0,
    met: new Map<number, number>(),
    modes: new Map<string, number>(),
    broken: [] as { seed: number; rule: string; detail: string }[],
    finished: false,
  };
}

if (parentPort !== null) await work(workerData as WorkerOrder);
