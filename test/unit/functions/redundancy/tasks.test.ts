import { describe, expect, test } from '@jest/globals';
import { compareFollower } from '@layers/domain/redundancy/compare';
import { declareLost } from '@layers/domain/redundancy/lost';
import { compareReplica } from '@layers/domain/redundancy/replicate';
import { leadingTask, redundancyTasks } from '../../../../functions/redundancy/tasks.ts';
import { settings, storeA, storeB, variants } from '../../../simulation/plan.ts';
import { openOperations } from './redundancy-under-test.ts';

const lease = settings.leaseMs + 2 * settings.leaseMarginMs;
const aMinute = () => 60_000;

async function openTasks(variant: keyof typeof variants = 'documents') {
  const opened = await openOperations(variant);
  const pending: number[] = [];
  const tasks = redundancyTasks(opened.parts, (_group, oldestMs) => pending.push(oldestMs));
  return { ...opened, tasks, pending };
}

describe('the sweep', () => {
  test('sends the message that its writer could not send, and measures how old the oldest open transaction is', async () => {
    const { world, run, put, pass, tasks, pending } = await openTasks();
    world.queueEndpoint.state = 'dead';
    await put('stock/p', '1');
    world.queueEndpoint.state = 'up';
    expect(world.messages).toEqual([]);
    await run(tasks.sweep(aMinute));
    expect(world.messages).toEqual([]);
    expect(pending[0]).toBeGreaterThan(0);
    await pass(settings.sweepAfterMs);
    await run(tasks.sweep(aMinute));
    expect(world.messages.map(({ keys }) => keys)).toEqual([['stock/p']]);
    expect(pending[1]).toBe(0);
  });

  test('finishes what its writer left in one store alone', async () => {
    const { world, context, run, put, turn, pass, tasks } = await openTasks();
    turn(storeB, 'dead');
    await expect(put('stock/p', '1')).rejects.toThrow('outcome-unknown');
    turn(storeB, 'up');
    await pass(settings.sweepAfterMs);
    await run(tasks.sweep(aMinute));
    expect(world.messages.length).toBeGreaterThanOrEqual(1);
    expect(await run(compareFollower(context, false))).toMatchObject({
      compared: 1,
      differing: [],
      behind: 0,
    });
  });

  test('is no failure while a store is silent', async () => {
    const { run, turn, tasks } = await openTasks();
    turn(storeA, 'dead');
    await run(tasks.sweep(aMinute));
    await expect(run(tasks.compare(aMinute))).resolves.toBeUndefined();
  });
});

describe('the probe', () => {
  test('leads a group back to NORMAL once its follower is there, and ends', async () => {
    const { context, run, put, turn, pass, tasks, modeOf } = await openTasks();
    await put('stock/p', '1');
    await pass(lease);
    turn(storeB, 'dead');
    await run(declareLost(context, storeB));
    expect(modeOf()).toBe('A_ONLY');
    expect((await put('stock/p', '2')).mirror).toBe('degraded');
    turn(storeB, 'up');
    await run(tasks.probe(aMinute));
    expect(modeOf()).toBe('NORMAL');
    expect(await run(compareFollower(context, false))).toMatchObject({ compared: 1, differing: [] });
  });

  test('leaves the rest to the next one when its time is nearly over', async () => {
    const { context, parts, run, pass, turn, modeOf } = await openTasks();
    await pass(lease);
    turn(storeB, 'dead');
    await run(declareLost(context, storeB));
    let looks = 0;
    await run(
      leadingTask(
        parts,
        'shop',
      )(() => {
        looks += 1;
        return looks > 3 ? 0 : 60_000;
      }),
    );
    expect(looks).toBe(4);
    expect(modeOf()).toBe('A_ONLY');
  });

  test('leaves a group alone to which somebody else is just seeing', async () => {
    const { context, parts, tasks, run, pass, turn, modeOf } = await openTasks();
    await pass(lease);
    turn(storeB, 'dead');
    await run(declareLost(context, storeB));
    turn(storeB, 'up');
    await pass(lease);
    const asked: string[] = [];
    const turns = {
      during: (work: string) => {
        asked.push(work);
        return Promise.resolve();
      },
    };
    await run(leadingTask({ ...parts, turns }, 'shop')(aMinute));
    expect(asked).toEqual(['probe#shop']);
    expect(modeOf()).toBe('A_ONLY');
    await run(tasks.probe(aMinute));
    expect(modeOf()).toBe('NORMAL');
  });

  test('that was woken for a group nobody knows says so', async () => {
    const { parts } = await openTasks();
    await expect(leadingTask(parts, 'nobody')(aMinute)).rejects.toThrow('No group is named nobody.');
  });
});

describe('the periodic copy', () => {
  test('feeds the replicas that no message feeds, and no other', async () => {
    const { context, run, put, tasks } = await openTasks('alone');
    const [fed, copied] = variants.alone.replicas;
    for (const id of ['carts/a', 'stock/a', 'stock/b']) await put(id, '1');
    await run(tasks.copy(aMinute));
    expect((await run(compareReplica(context, copied, false))).differing).toEqual([]);
    expect((await run(compareReplica(context, fed, false))).differing).toEqual(['carts/a']);
  });
});

describe('the comparison', () => {
  test('mends a copy that was altered, and keeps what it found', async () => {
    const { world, run, put, tasks, log } = await openTasks();
    await put('stock/p', '1');
    const [replica] = variants.documents.replicas;
    await run(tasks.compare(aMinute));
    const row = world.table(replica.store)?.get('record', 'stock/p');
    if (row?.kind !== 'record') throw new Error('stock/p was not copied');
    world
      .table(replica.store)
      ?.write([
        { type: 'put', row: { ...row, image: '7' }, expect: { epoch: row.epoch, ver: row.ver, op: row.op } },
      ]);
    await run(tasks.compare(aMinute));
    expect(log.diffs.get(`shop ${replica.store}`)).toMatchObject({
      differing: 1,
      repaired: 1,
      ids: ['stock/p'],
    });
    expect(log.entries.filter(({ event }) => event === 'compared').at(-1)?.detail).toBe(
      '1 differed, 1 mended',
    );
    await run(tasks.compare(aMinute));
    expect(log.diffs.get(`shop ${replica.store}`)).toMatchObject({ differing: 0 });
  });
});
