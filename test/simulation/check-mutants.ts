import { setImmediate } from 'node:timers/promises';
import type { Mutant } from './mutant.ts';
import { mutants } from './mutants.ts';
import { loadMutant } from './mutate.ts';
import { createPlan } from './plan.ts';
import type { Protocol } from './protocol.ts';
import { runHistory } from './run-history.ts';
import { runSchedule } from './run-schedule.ts';
import { schedules } from './schedules.ts';

const seedsMax = 3_000;
/** Tried on those that nothing can kill: enough to see that the reason given is none. */
const equivalentSeedsMax = 150;

/** What killed it: a schedule, the seed that killed it before, or one of a range. `undefined`: it lived. */
async function killerOf(
  mutant: Mutant,
  protocol: Protocol,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const schedule of schedules) {
    const [violation] = await runSchedule(schedule, protocol);
    if (violation !== undefined) return `schedule "${schedule.name}": ${violation.rule}`;
  }
  const seeds = Array(mutant.equivalent === undefined ? seedsMax : equivalentSeedsMax).keys();
  for (const seed of [mutant.seed, ...seeds]) {
    // Histories are microtasks alone: only here does a signal come through.
    await setImmediate();
    if (signal.aborted) break;
    const [violation] = (await runHistory(createPlan(seed), protocol)).violations;
    if (violation !== undefined) return `seed ${seed}: ${violation.rule}`;
  }
  return undefined;
}

/** Breaks the protocol, rule by rule. One verdict each: true, it was killed, or lived as its reason says. */
export async function checkMutants(
  out: (line: string) => void,
  signal: AbortSignal,
): Promise<readonly boolean[]> {
  const verdicts: boolean[] = [];
  let killed = 0;
  for (const mutant of mutants) {
    const by = await killerOf(mutant, await loadMutant(mutant), signal);
    if (signal.aborted) break;
    if (by !== undefined) killed += 1;
    verdicts.push((by === undefined) === (mutant.equivalent !== undefined));
    const lived = mutant.equivalent === undefined ? 'LIVED' : 'equivalent';
    const why = by ?? mutant.equivalent ?? `${seedsMax} seeds did not see it`;
    out(`${(by === undefined ? lived : 'killed').padEnd(11)} ${mutant.name}: ${why}`);
  }
  const shown = mutants.filter(({ equivalent }) => equivalent !== undefined).length;
  out(`${killed} of ${mutants.length} mutants killed, ${shown} shown equivalent`);
  return verdicts;
}
