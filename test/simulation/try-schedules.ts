import { schedules } from '/work/main/test/simulation/schedules.ts';
import { runSchedule } from '/work/main/test/simulation/run-schedule.ts';
import { domainFolder, loadProtocol } from '/work/main/test/simulation/protocol.ts';
import { mutants } from '/work/main/test/simulation/mutants.ts';
import { loadMutant } from '/work/main/test/simulation/mutate.ts';
Error.stackTraceLimit = 0;
const p = await loadProtocol(domainFolder);
for (const s of schedules) {
  const v = await runSchedule(s, p);
  console.log(v.length ? 'BROKEN' : 'held', s.name, v.slice(0, 2));
}
for (const m of mutants) {
  const q = await loadMutant(m).catch((e) => console.log(String(e)));
  if (!q) continue;
  const by = [];
  for (const [i, s] of schedules.entries()) {
    const v = await runSchedule(s, q);
    if (v.length) by.push(`${i}:${v[0].rule}`);
  }
  console.log(m.name.padEnd(60), by.join(' '));
}
