import { cells, cellNumber } from './network.ts';
import { createPlan } from './plan.ts';
import { domainFolder, loadProtocol } from './protocol.ts';
import { everything, runHistory } from './run-history.ts';
const [from, count, verbose] = process.argv.slice(2);
Error.stackTraceLimit = verbose ? 10 : 0;
const protocol = await loadProtocol(domainFolder);
const t = performance.now();
const met = new Map<number, number>();
let ops = 0,
  calls = 0,
  bad = 0;
const modes = new Map<string, number>();
for (let seed = Number(from); seed < Number(from) + Number(count); seed += 1) {
  const plan = createPlan(seed);
  const r = await runHistory(
    plan,
    protocol,
    verbose ? { ...everything, trace: (at, text) => console.log(at, text) } : everything,
  );
  for (const [c, n] of r.met) met.set(c, (met.get(c) ?? 0) + n);
  ops += r.operations;
  calls += r.calls;
  for (const m of r.modes) modes.set(m, (modes.get(m) ?? 0) + 1);
  if (r.violations.length) {
    bad++;
    if (bad < 30)
      console.log(
        seed,
        plan.variant,
        plan.group.policy,
        r.forced ? 'forced' : '',
        r.modes.slice(-4).join('>'),
        r.violations.slice(0, 3).map((v) => `${v.rule}@${v.atMs}: ${v.detail}`),
      );
  }
}
const s = (performance.now() - t) / 1000;
console.log({
  bad,
  ops: ops / Number(count),
  calls: calls / Number(count),
  perSecond: Number(count) / s,
  modes,
});

const by = new Map<string, number[]>();
for (const c of cells) {
  const l = by.get(c.step) ?? [];
  l.push(met.get(cellNumber(c)) ?? 0);
  by.set(c.step, l);
}
if (!verbose) for (const [k, l] of by) console.log(k.padEnd(14), l.join(' '));
