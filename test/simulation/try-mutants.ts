import { mutants } from './mutants.ts';
import { loadMutant } from './mutate.ts';
import { createPlan } from './plan.ts';
import { runHistory } from './run-history.ts';
import { schedules } from './schedules.ts';
import { runSchedule } from './run-schedule.ts';
Error.stackTraceLimit = 0;
const [max, filter] = process.argv.slice(2);
for (const mutant of mutants) {
  if (filter && !filter.split('|').some((f) => mutant.name.includes(f))) continue;
  let protocol;
  try {
    protocol = await loadMutant(mutant);
  } catch (e) {
    console.log('BROKEN', mutant.name, String(e).slice(0, 300));
    continue;
  }
  let killed = '';
  let seed = 1;
  for (const x of schedules) {
    const v = await runSchedule(x, protocol);
    if (v.length) {
      killed = `schedule ${x.name}: ${v[0].rule}`;
      break;
    }
  }
  const t = performance.now();
  for (; seed <= Number(max) && !killed; seed += 1) {
    const r = await runHistory(createPlan(seed), protocol);
    if (r.violations.length)
      killed = `${seed}: ${r.violations[0].rule} ${r.violations[0].detail.slice(0, 80)}`;
  }
  console.log(
    killed ? 'killed  ' : 'SURVIVED',
    mutant.name.padEnd(60),
    killed,
    `${((performance.now() - t) / 1000).toFixed(1)} s`,
  );
}
