import type { Plan } from './plan.ts';
import type { Protocol } from './protocol.ts';
import { everything, type HistoryOptions, type HistoryResult, runHistory } from './run-history.ts';

/** Runs of the history that shrinking may cost. */
const runsMax = 400;

/**
 * Leaves out incidents, intents and faults as long as the same rule is still broken: halves first, then one by one.
 * What is left is what it takes, up to chance: leaving something out moves everything after it.
 */
export async function shrink(plan: Plan, protocol: Protocol, found: HistoryResult): Promise<HistoryOptions> {
  const rule = found.violations[0]?.rule;
  let options = everything;
  let runs = 0;
  const stillBroken = async (candidate: HistoryOptions): Promise<HistoryResult | undefined> => {
    runs += 1;
    if (runs > runsMax) return undefined;
    const result = await runHistory(plan, protocol, candidate);
    return result.violations.some((violation) => violation.rule === rule) ? result : undefined;
  };
  async function without<Item>(
    all: readonly Item[],
    apply: (left: ReadonlySet<Item>) => HistoryOptions,
  ): Promise<void> {
    let left = new Set<Item>();
    for (let size = Math.ceil(all.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let start = 0; start < all.length; start += size) {
        const candidate = new Set([...left, ...all.slice(start, start + size)]);
        if (candidate.size === left.size || !(await stillBroken(apply(candidate)))) continue;
        left = candidate;
        options = apply(left);
      }
    }
  }
  await without([...plan.incidents.keys()], (withoutIncidents) => ({ ...options, withoutIncidents }));
  const named = [...plan.clients.entries()].map(([index, each]) => [`c${index}`, each] as const);
  const beside = [...plan.neighbours.entries()].map(([index, each]) => [`n${index}`, each] as const);
  const intents = [...named, ...beside].flatMap(([client, each]) =>
    each.map((_, number) => `${client}:${number}`),
  );
  await without(intents, (withoutIntents) => ({ ...options, withoutIntents }));
  await without(found.faultsHappened, (withoutFaults) => ({ ...options, withoutFaults }));
  return options;
}
