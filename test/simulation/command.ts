import { parseArgs } from 'node:util';
import { checkMutants } from './check-mutants.ts';
import { checkSchedules } from './check-schedules.ts';
import { createPlan } from './plan.ts';
import { domainFolder, loadProtocol } from './protocol.ts';
import { everything, runHistory } from './run-history.ts';
import { shrink } from './shrink.ts';
import { drawTimeline } from './timeline.ts';
import { add, coverageTable, missed, runSeeds, type Totals } from './totals.ts';

const help = `npm run simulate -- [options]

  --seeds N          histories to run (default 2000)
  --seed S           first seed; alone: replay this one and draw it
  --workers N        cores (default 2)
  --ci               CI's set: every directed schedule, every mutant, seeds from 1 on until every fault was met at every
                     step 1,000 times, then some from the clock
  --minutes M        stop the seeds after M minutes (default 60; with --ci 8)
  --mutants          every mutant, against schedules and seeds
  --schedules        every directed schedule
  --json             totals as one line of JSON
  --help

Ctrl-C stops it within a second or two and tells what was done. Exit code 1 if a rule was broken, a mutant lived, or CI's
coverage was not reached; 2 for options that make no sense; 130 after Ctrl-C.`;

const coverageMin = 1_000;
const fixedSeedsMax = 200_000;
const clockSeeds = 2_000;
const out = (line: string): void => void process.stdout.write(`${line}\n`);
const stopping = new AbortController();
const { signal } = stopping;

function wholeNumber(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new Error(`--${name} takes a whole number from 0, not ${text}. See --help.`);
}

async function replay(seed: number): Promise<boolean> {
  const plan = createPlan(seed);
  const protocol = await loadProtocol(domainFolder);
  const result = await runHistory(plan, protocol);
  const options = result.violations.length > 0 ? await shrink(plan, protocol, result) : undefined;
  if (options === undefined) out(`seed ${seed}: ${plan.variant}, ${plan.group.policy}`);
  else out(`seed ${seed}: ${plan.variant}, ${plan.group.policy}; shrunk to what it takes`);
  for (const line of await drawTimeline(plan, protocol, options ?? everything)) out(line);
  for (const { rule, atMs, detail } of result.violations) out(`${rule} broken at ${atMs} ms: ${detail}`);
  out(`${result.operations} operations, ${result.calls} calls, modes ${result.modes.join(' > ')}`);
  out(result.violations.length > 0 ? 'VIOLATION' : 'no rule broken');
  out(`again: npm run simulate -- --seed ${seed}`);
  return result.violations.length === 0;
}

interface Range {
  readonly firstSeed: number;
  readonly seeds: number;
  readonly workers: number;
  readonly minutes: number;
  readonly json: boolean;
  readonly isEnough?: (totals: Totals) => boolean;
}

async function runRange({ firstSeed, seeds, workers, minutes, json, isEnough }: Range): Promise<Totals> {
  let shownAtMs = Date.now();
  let broken = 0;
  if (!json) out(`up to ${seeds} histories from seed ${firstSeed}, ${workers} at a time`);
  const order = { firstSeed, seeds, workers, timeMaxMs: minutes * 60_000, brokenMax: 5 };
  return runSeeds(order, signal, (now) => {
    for (const { seed, rule, detail } of json ? [] : now.broken.slice(broken)) {
      out(`seed ${seed}: ${rule} ${detail}`);
    }
    broken = now.broken.length;
    if (!json && Date.now() - shownAtMs >= 5_000) {
      shownAtMs = Date.now();
      out(
        `${now.histories} histories, ${now.broken.length} broken, ${Math.round(now.perSecondPerCore)}/s a core`,
      );
    }
    return isEnough?.(now) ?? false;
  });
}

async function report(totals: Totals, firstSeed: number, json: boolean): Promise<boolean> {
  if (json) {
    out(
      JSON.stringify({ ...totals, firstSeed, met: [...totals.met], modes: Object.fromEntries(totals.modes) }),
    );
  } else {
    for (const line of coverageTable(totals)) out(line);
    const modes = [...totals.modes].map(([mode, count]) => `${mode} ${count}`).join(', ');
    out(`modes entered: ${modes}; forced fail-overs in ${totals.forced} histories`);
    out(
      `${totals.histories} histories from seed ${firstSeed}, ${totals.operations} operations, ${totals.calls} calls in ${totals.seconds.toFixed(0)} s: ${Math.round(totals.perSecondPerCore)} histories/s a core; ${totals.broken.length} broke a rule`,
    );
  }
  const [first] = totals.broken;
  if (first !== undefined && !json && !signal.aborted) await replay(first.seed);
  return first === undefined;
}

/** Each schedule and each mutant counts as one test; so do the fixed seeds, the clock's, and the coverage. */
async function ci(workers: number, minutes: number): Promise<boolean> {
  const verdicts = [...(await checkSchedules(out, signal)), ...(await checkMutants(out, signal))];
  // The same for everybody: what fails is a change's own. Longer searches in new ranges are made on demand.
  const isEnough = (now: Totals) => missed([now], coverageMin).length === 0;
  const fixed = { firstSeed: 1, seeds: fixedSeedsMax, workers, minutes: minutes - 1, json: false, isEnough };
  const all = await runRange(fixed);
  verdicts.push(await report(all, fixed.firstSeed, false));
  const firstSeed = Math.floor(Date.now() / 1_000) * 1_000;
  const fromClock = { firstSeed, seeds: clockSeeds, workers, minutes: 1, json: false };
  const clock = await runRange(fromClock);
  verdicts.push(await report(clock, firstSeed, false));
  const few = missed([all, clock], coverageMin);
  verdicts.push(few.length === 0);
  add(all, clock);
  out(
    `${all.histories} histories; ${few.length === 0 ? 'every' : 'not every'} fault met ${coverageMin} times at every step`,
  );
  if (few.length > 0) out(`met fewer times: ${few.join(', ')}`);
  const passed = verdicts.filter(Boolean).length;
  out(`${passed} passed, ${verdicts.length - passed} failed`);
  return passed === verdicts.length;
}

async function main(): Promise<boolean> {
  Error.stackTraceLimit = 0;
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      workers: { type: 'string' },
      minutes: { type: 'string' },
      ci: { type: 'boolean' },
      mutants: { type: 'boolean' },
      schedules: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    out(help);
    return true;
  }
  const seed = wholeNumber(values.seed, 'seed');
  const seeds = wholeNumber(values.seeds, 'seeds');
  const workers = wholeNumber(values.workers, 'workers') ?? 2;
  const minutes = wholeNumber(values.minutes, 'minutes') ?? (values.ci ? 8 : 60);
  if (values.ci) return ci(workers, minutes);
  if (values.mutants) return (await checkMutants(out, signal)).every(Boolean);
  if (values.schedules) return (await checkSchedules(out, signal)).every(Boolean);
  if (seed !== undefined && seeds === undefined) return replay(seed);
  const json = values.json ?? false;
  const range = { firstSeed: seed ?? 1, seeds: seeds ?? 2_000, workers, minutes, json };
  return report(await runRange(range), range.firstSeed, json);
}

for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stopping.abort());
try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  out(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
if (signal.aborted) {
  out('stopped before its end');
  process.exitCode = 130;
}
