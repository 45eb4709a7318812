import { describe, expect, test } from '@jest/globals';
import { backfill, compareReplica, consume, findUnapplied } from '@layers/domain/redundancy/replicate';
import { SharedCopies } from '@layers/domain/redundancy/shared-copies';
import type { ChangeMessage } from '@layers/domain/redundancy/store';
import { storeA, variants } from '../../../simulation/plan.ts';
import { openWorld } from './open-world.ts';

const [replica] = variants.documents.replicas;

const ids = Array.from({ length: 20 }, (_, index) => `stock/p${String(index).padStart(2, '0')}`);

describe('A replica', () => {
  test('is filled page by page in several segments, and goes on from a token after a failure', async () => {
    const { world, context, run, put } = await openWorld();
    for (const id of ids) await put(id, '1');
    let token: string | undefined;
    let [copied, pages, failures] = [0, 0, 0];
    do {
      pages += 1;
      const endpoint = world.endpoint(storeA);
      if (endpoint !== undefined) endpoint.state = pages === 3 ? 'dead' : 'up';
      try {
        const progress = await run(backfill(context, replica, token));
        copied += progress.copied;
        ({ token } = progress);
      } catch {
        failures += 1;
      }
    } while (token !== undefined && pages < 50);
    expect({ copied, failures }).toEqual({ copied: ids.length, failures: 1 });
    expect(pages).toBeGreaterThan(3);
    expect((await run(compareReplica(context, replica, false))).differing).toEqual([]);
  });

  test.each(['', '[]', '{}', '[1]', 'x'])('refuses %j as a token of a backfill', async (token) => {
    const { context, run } = await openWorld();
    await expect(run(backfill(context, replica, token))).rejects.toThrow('invalid-request');
  });

  test.each([
    ['remembered whole', 20],
    ['told apart by buckets', 19],
  ])('is compared and repaired where it differs: %s', async (_, rememberedMax) => {
    const { world, context, run, put } = await openWorld('documents', { rememberedMax });
    for (const id of ids) await put(id, '1');
    for (const message of world.messages.splice(0)) await run(consume(context, message));
    const same = await run(compareReplica(context, replica, false));
    expect(same).toEqual({ compared: 20, differing: [], repaired: 0, buckets: { count: 4, differing: 0 } });
    await put(ids[7] ?? '', '2');
    await put('stock/new', '1');
    const found = await run(compareReplica(context, replica, true));
    expect(found.differing.toSorted()).toEqual(['stock/new', ids[7]].toSorted());
    expect(found.repaired).toBe(2);
    expect(found.buckets.differing).toBeGreaterThanOrEqual(1);
    expect((await run(compareReplica(context, replica, false))).buckets.differing).toBe(0);
  });

  test('is listed once if it can be remembered, and twice if it cannot and differs', async () => {
    const callsWith = async (rememberedMax: number) => {
      const { world, context, run, put } = await openWorld('documents', { rememberedMax });
      for (const id of ids) await put(id, '1');
      for (const message of world.messages.splice(0)) await run(consume(context, message));
      await run(compareReplica(context, replica, false));
      const callsOf = async () => {
        const before = world.network.calls;
        expect((await run(compareReplica(context, replica, false))).compared).toBe(ids.length);
        return world.network.calls - before;
      };
      const alike = await callsOf();
      await put(ids[7] ?? '', '2');
      return { alike, differing: await callsOf() };
    };
    const remembered = await callsWith(20);
    const tooMany = await callsWith(19);
    expect(remembered.differing).toBe(remembered.alike);
    expect(tooMany.alike).toBe(remembered.alike);
    expect(tooMany.differing).toBeGreaterThan(1.5 * tooMany.alike);
  });

  test('loses what it alone holds once the authority knows nothing of it', async () => {
    const { world, context, run, put } = await openWorld();
    await put('stock/a', '1');
    for (const message of world.messages.splice(0)) await run(consume(context, message));
    const table = world.table(replica.store);
    const row = table?.get('record', 'stock/a');
    if (row?.kind !== 'record') throw new Error('stock/a was not copied');
    table?.write([{ type: 'put', row: { ...row, id: 'stock/ghost' }, expect: 'absent' }]);
    expect((await run(compareReplica(context, replica, true))).differing).toEqual(['stock/ghost']);
    expect(table?.get('record', 'stock/ghost')).toMatchObject({ deleted: true, ver: 0 });
    expect((await run(compareReplica(context, replica, true))).differing).toEqual([]);
  });

  test('takes a record that many messages name at once with two copies, and the last version', async () => {
    const { world, context, run, put } = await openWorld();
    for (let version = 1; version <= 8; version += 1) await put('stock/a', String(version));
    const messages = world.messages.splice(0);
    expect(messages).toHaveLength(8);
    const callsOf = async (work: () => Promise<unknown>) => {
      const before = world.network.calls;
      await run(work());
      return world.network.calls - before;
    };
    const copies = new SharedCopies();
    const together = await callsOf(() =>
      Promise.all(messages.map((message) => consume(context, message, copies))),
    );
    expect((await run(compareReplica(context, replica, false))).differing).toEqual([]);
    await put('stock/a', '9');
    const alone = await callsOf(() => consume(context, world.messages[0] as ChangeMessage));
    // Each message takes its own lease; copies are what they share.
    expect(together).toBeLessThanOrEqual(2 * alone + messages.length);
  });

  test('tells how many changes it lacks, and for how long the oldest', async () => {
    const { world, context, run, put } = await openWorld();
    await put('stock/a', '1');
    for (const message of world.messages.splice(0)) await run(consume(context, message));
    expect(await run(findUnapplied(context, replica))).toEqual({ count: 0, oldestMs: 0 });
    await put('stock/a', '2');
    await run(context.env.clock.sleep(500));
    await put('stock/b', '1');
    const { count, oldestMs } = await run(findUnapplied(context, replica));
    expect(count).toBe(2);
    expect(oldestMs).toBeGreaterThanOrEqual(500);
    expect(oldestMs).toBeLessThan(600);
  });
});
