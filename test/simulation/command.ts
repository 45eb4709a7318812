import { parseArgs } from 'node:util';
import { mutants } from './mutants.ts';
import { loadMutant } from './mutate.ts';
import { createPlan } from './plan.ts';
import { domainFolder, loadProtocol } from './protocol.ts';
import { runHistory } from './run-history.ts';
import { runSchedule } from './run-schedule.ts';
import { schedules } from './schedules.ts';
import { shrink } from './shrink.ts';
import { drawTimeline } from './timeline.ts';
import { coverageTable, missed, runSeeds, type Totals } from './totals.ts';

const help = `npm run simulate -- [options]

  --seeds N          histories to run (default 2000)
  --seed S           first seed; alone: replay this one and draw it
  --workers N        cores (default 2)
  --ci               CI's set: a fixed range, a range from the clock, every directed schedule, every mutant
  --minutes M        stop a range after M minutes (default 60; with --ci 6)
  --mutants          every mutant, against schedules and seeds
  --schedules        every directed schedule
  --json             totals as one line of JSON
  --help

Exit code 1 if a rule was broken, a mutant lived, or CI's coverage was not reached.`;

const coverageMin = 1_000;
const mutantSeedsMax = 3_000;
const out = (line: string): void => void process.stdout.write(`${line}\n`);

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
  for (const line of await drawTimeline(plan, protocol, options ?? { ...none })) out(line);
  for (const { rule, atMs, detail } of result.violations) out(`${rule} broken at ${atMs} ms: ${detail}`);
  out(`${result.operations} operations, ${result.calls} calls, modes ${result.modes.join(' > ')}`);
  out(result.violations.length > 0 ? 'VIOLATION' : 'no rule broken');
  out(`again: npm run simulate -- --seed ${seed}`);
  return result.violations.length === 0;
}

const none = {
  withoutFaults: new Set<number>(),
  withoutIncidents: new Set<number>(),
  withoutIntents: new Set<string>(),
  trace: undefined,
};

async function range(
  firstSeed: number,
  seeds: number,
  workers: number,
  minutes: number,
  json: boolean,
): Promise<Totals> {
  let shownAtMs = Date.now();
  const order = { firstSeed, seeds, workers, timeMaxMs: minutes * 60_000, brokenMax: 5 };
  const totals = await runSeeds(order, (now) => {
    if (json || Date.now() - shownAtMs < 5_000) return;
    shownAtMs = Date.now();
    out(
      `${now.histories} histories, ${now.broken.length} broken, ${Math.round(now.perSecondPerCore)}/s a core`,
    );
  });
  return totals;
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
  if (first !== undefined && !json) await replay(first.seed);
  return first === undefined;
}

async function runSchedules(): Promise<boolean> {
  const protocol = await loadProtocol(domainFolder);
  let good = true;
  for (const schedule of schedules) {
    const violations = await runSchedule(schedule, protocol);
    if (violations.length > 0) good = false;
    out(`${violations.length === 0 ? 'held' : 'BROKEN'}  ${schedule.name}`);
    for (const { rule, detail } of violations) out(`        ${rule}: ${detail}`);
  }
  return good;
}

/** Killed by a schedule, by the seed that killed it before, or by one of a range. */
async function runMutants(): Promise<boolean> {
  let good = true;
  let killed = 0;
  for (const mutant of mutants) {
    const protocol = await loadMutant(mutant);
    let by: string | undefined;
    for (const schedule of schedules) {
      const [violation] = await runSchedule(schedule, protocol);
      if (violation === undefined) continue;
      by = `schedule "${schedule.name}": ${violation.rule}`;
      break;
    }
    const seeds = [mutant.seed, ...Array(mutant.equivalent === undefined ? mutantSeedsMax : 100).keys()];
    for (const seed of by === undefined ? seeds : []) {
      const [violation] = (await runHistory(createPlan(seed), protocol)).violations;
      if (violation === undefined) continue;
      by = `seed ${seed}: ${violation.rule}`;
      break;
    }
    if (by !== undefined) killed += 1;
    const expected = (by === undefined) === (mutant.equivalent !== undefined);
    if (!expected) good = false;
    const verdict = by === undefined ? (mutant.equivalent === undefined ? 'LIVED' : 'equivalent') : 'killed';
    out(
      `${verdict.padEnd(11)} ${mutant.name}: ${by ?? mutant.equivalent ?? `${mutantSeedsMax} seeds did not see it`}`,
    );
  }
  out(
    `${killed} of ${mutants.length} mutants killed, ${mutants.filter(({ equivalent }) => equivalent).length} shown equivalent`,
  );
  return good;
}

async function ci(workers: number, minutes: number): Promise<boolean> {
  const good = [await runSchedules(), await runMutants()];
  const fromClock = Math.floor(Date.now() / 1_000);
  out(`seeds from 1, then from the clock: ${fromClock}`);
  const fixed = await range(1, 1_000_000, workers, minutes * 0.8, false);
  good.push(await report(fixed, 1, false));
  const clock = await range(fromClock, 1_000_000, workers, minutes * 0.2, false);
  good.push(await report(clock, fromClock, false));
  for (const [cell, count] of clock.met) fixed.met.set(cell, (fixed.met.get(cell) ?? 0) + count);
  const few = missed(fixed, coverageMin);
  if (few.length > 0) out(`met fewer than ${coverageMin} times: ${few.join(', ')}`);
  return few.length === 0 && good.every(Boolean);
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
  const minutes = wholeNumber(values.minutes, 'minutes') ?? (values.ci ? 6 : 60);
  if (values.ci) return ci(workers, minutes);
  if (values.mutants) return runMutants();
  if (values.schedules) return runSchedules();
  if (seed !== undefined && seeds === undefined) return replay(seed);
  const totals = await range(seed ?? 1, seeds ?? 2_000, workers, minutes, values.json ?? false);
  return report(totals, seed ?? 1, values.json ?? false);
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  out(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
