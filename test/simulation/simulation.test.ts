import { beforeAll, describe, expect, test } from '@jest/globals';
import { mutants } from './mutants.ts';
import { loadMutant } from './mutate.ts';
import { createPlan } from './plan.ts';
import { domainFolder, loadProtocol, type Protocol } from './protocol.ts';
import { runHistory } from './run-history.ts';
import { runSchedule } from './run-schedule.ts';
import { schedules } from './schedules.ts';

let protocol: Protocol;
beforeAll(async () => {
  protocol = await loadProtocol(domainFolder);
});

describe('the redundancy protocol', () => {
  test('breaks no rule in a hundred random histories', async () => {
    const broken: string[] = [];
    for (let seed = 1; seed <= 100; seed += 1) {
      for (const { rule, detail } of (await runHistory(createPlan(seed), protocol)).violations) {
        broken.push(`seed ${seed}: ${rule} ${detail}`);
      }
    }
    expect(broken).toEqual([]);
  }, 60_000);

  test.each(schedules.map((schedule) => [schedule.name, schedule] as const))(
    'holds when %s',
    async (_name, schedule) => {
      expect(await runSchedule(schedule, protocol)).toEqual([]);
    },
  );
});

describe('the simulator', () => {
  test('replays a seed bit for bit', async () => {
    const traceOf = async (): Promise<string[]> => {
      const lines: string[] = [];
      const trace = (atMs: number, text: string) => void lines.push(`${atMs} ${text}`);
      const nothing = { withoutFaults: new Set<number>(), withoutIncidents: new Set<number>() };
      await runHistory(createPlan(30), protocol, { ...nothing, withoutIntents: new Set(), trace });
      return lines;
    };
    const first = await traceOf();
    expect(first.length).toBeGreaterThan(100);
    expect(await traceOf()).toEqual(first);
  });

  test('sees what it is there to see: broken rules that a schedule kills', async () => {
    const names = [
      'acknowledged before the follower has it',
      'a rebuild does not wait for leases',
      'no fence in a row follower',
      'the authority is read before the follower',
    ];
    const unseen: string[] = [];
    for (const mutant of mutants.filter(({ name }) => names.includes(name))) {
      const broken = await loadMutant(mutant);
      let violations = 0;
      for (const schedule of schedules) violations += (await runSchedule(schedule, broken)).length;
      if (violations === 0) unseen.push(mutant.name);
    }
    expect(unseen).toEqual([]);
  }, 60_000);

  test('has mutants with names of their own', () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
    expect(mutants.length).toBeGreaterThanOrEqual(25);
  });
});
