import { describe, expect, test } from '@jest/globals';
import type { ChangeMessage } from '@layers/domain/redundancy/store';
import type { Call } from '@layers/http/serve';
import { redundancyHandlers } from '../../../../functions/redundancy/handlers.ts';
import { lagCounter } from '../../../../functions/redundancy/lag-counter.ts';
import { replicateChange } from '../../../../functions/redundancy/replicate.ts';
import { settings, storeA, storeB, type Variant, variants } from '../../../simulation/plan.ts';
import { openOperations } from './redundancy-under-test.ts';

const lease = settings.leaseMs + 2 * settings.leaseMarginMs;
let leftMs = 20_000;
// The handlers of operators ask nothing else of the call.
const call = { remainingMs: () => leftMs } as Call;
const shop = { path: { subject: 'shop' } } as const;

async function openHandlers(variant: Variant = 'documents') {
  const opened = await openOperations(variant);
  await opened.pass(lease);
  const handlers = redundancyHandlers(opened.parts);
  type Handlers = typeof handlers;
  type Body<Name extends keyof Handlers> = Awaited<ReturnType<Handlers[Name]>>['body'];
  /** What the operator is answered. */
  const ask = async <Name extends keyof Handlers>(
    name: Name,
    body?: object,
    query = {},
  ): Promise<Body<Name>> => {
    const handler = handlers[name] as (input: object, made: Call) => Promise<{ body: Body<Name> }>;
    return (await opened.run(Promise.resolve(handler({ ...shop, body, query }, call)))).body;
  };
  return { ...opened, ask };
}

describe('repairing a group', () => {
  test('compares every copy and mends what differs', async () => {
    const { put, ask, log } = await openHandlers();
    await put('stock/p', '1');
    const body = await ask('repairGroup');
    expect(body).toMatchObject({ group: 'shop', mode: 'NORMAL', follower: { compared: 1, differing: 0 } });
    expect(body.replicas.map(({ difference }) => difference.repaired)).toEqual([1, 0]);
    expect(log.entries.map(({ detail }) => detail)).toContain('repair');
  });

  test('goes on with the next copy where there was no time for all', async () => {
    const { put, ask, log } = await openHandlers();
    await put('stock/p', '1');
    leftMs = 9_999;
    const first = await ask('repairGroup');
    expect(first).toMatchObject({ follower: { compared: 1 }, replicas: [], next: 'replica-rows' });
    leftMs = 20_000;
    const rest = await ask('repairGroup', undefined, { from: first.next });
    expect(rest).not.toHaveProperty('follower');
    expect(rest).not.toHaveProperty('next');
    expect(rest.replicas.map(({ difference }) => difference.repaired)).toEqual([1, 0]);
    expect([...log.diffs.keys()]).toHaveLength(3);
  });

  test('names the copies of the group where it is asked for another', async () => {
    const { ask } = await openHandlers();
    const refused = ask('repairGroup', undefined, { from: 'elsewhere' });
    await expect(refused).rejects.toMatchObject({ kind: 'invalid-request' });
  });

  test('out of NORMAL makes one step, and says where the group is', async () => {
    const { turn, ask, pass } = await openHandlers();
    turn(storeA, 'dead');
    await ask('failOver', {});
    expect(await ask('repairGroup')).toEqual({
      group: 'shop',
      mode: 'READ_ONLY',
      replicas: [],
    });
    turn(storeA, 'up');
    await pass(lease);
    expect(await ask('repairGroup')).toMatchObject({ mode: 'NORMAL' });
  });
});

describe('failing over', () => {
  test('with documents reads from them, and is refused a second time', async () => {
    const { ask } = await openHandlers();
    expect(await ask('failOver', {})).toMatchObject({
      mode: 'READ_ONLY',
    });
    await expect(ask('failOver', {})).rejects.toMatchObject({
      kind: 'unavailable',
    });
  });

  test('with rows promotes the follower; back only once the old authority is caught up', async () => {
    const { put, pass, ask, modeOf } = await openHandlers('rows');
    await put('stock/p', '1');
    const body = await ask('failOver', {});
    expect(body).toMatchObject({ authority: storeB, follower: storeA, lost: [] });
    await expect(ask('failBack')).rejects.toMatchObject({ kind: 'unavailable' });
    for (let steps = 0; steps < 5 && modeOf() !== 'NORMAL'; steps += 1) {
      await pass(lease);
      await ask('repairGroup');
    }
    await pass(lease);
    expect(await ask('failBack')).toMatchObject({ authority: storeA, lost: [] });
  });

  test('by force names the writes that only the old authority holds', async () => {
    const { put, turn, pass, ask } = await openHandlers('rows');
    await put('stock/p', '1');
    turn(storeB, 'dead');
    for (let tries = 0; tries < 3; tries += 1) await put('stock/p', '2').catch(() => undefined);
    await put('stock/q', '1');
    turn(storeB, 'up');
    await pass(lease);
    const body = await ask('failOver', { force: true });
    expect(body.lost?.toSorted()).toEqual(['stock/p', 'stock/q']);
  });

  test('back does nothing where the first store decides already', async () => {
    const { ask } = await openHandlers('rows');
    expect(await ask('failBack')).toMatchObject({ authority: storeA, lost: [] });
  });
});

describe('redriving', () => {
  test('sends the dead letters of that group and says what is left', async () => {
    const { ask, queue } = await openHandlers();
    queue.depths = { waiting: 0, inFlight: 0, deadLetters: 2 };
    const body = await ask('redriveGroup');
    expect(queue.redriven).toEqual(['shop']);
    expect(body).toEqual({ group: 'shop', moved: 2, left: 2 });
  });
});

describe('what is told of the groups', () => {
  const read = async ({ ask }: Pick<Awaited<ReturnType<typeof openHandlers>>, 'ask'>) =>
    (await ask('readRedundancy')).groups[0];

  test('says how many changes a replica lacks and how old the oldest is, until they are applied', async () => {
    const opened = await openHandlers();
    const { world, run, put, pass, parts, queue, context, log } = opened;
    await put('stock/p', '1');
    await pass(500);
    queue.depths = { waiting: 1, inFlight: 0, deadLetters: 0 };
    const [behind, unconcerned] = (await read(opened))?.replicas ?? [];
    expect(behind?.unapplied?.count).toBe(1);
    expect(behind?.unapplied?.oldestMs).toBeGreaterThanOrEqual(500);
    expect(unconcerned?.unapplied).toEqual({ count: 0, oldestMs: 0 });

    const lags = lagCounter(log, () => context.env.clock.now());
    const parse = (text: string) => JSON.parse(text) as ChangeMessage;
    const replicate = replicateChange(parts.contexts, parse, lags);
    for (const message of world.messages.splice(0)) await run(replicate(JSON.stringify(message)));
    await run(lags.flush());
    queue.depths = { waiting: 0, inFlight: 0, deadLetters: 0 };
    const [applied, other] = (await read(opened))?.replicas ?? [];
    expect(applied?.unapplied).toEqual({ count: 0, oldestMs: 0 });
    expect(applied?.lag.applied).toBe(1);
    expect(applied?.lag.p50Ms).toBeGreaterThanOrEqual(500);
    expect(applied?.lag.minutes.length).toBe(1);
    expect(other?.lag.applied).toBe(0);
  });

  test('says what is pending, and what it cannot know while a store is silent', async () => {
    const opened = await openHandlers();
    const { put, turn } = opened;
    turn(storeB, 'dead');
    await expect(put('stock/p', '1')).rejects.toThrow('outcome-unknown');
    expect((await read(opened))?.transactions).toMatchObject({ pending: 1, open: 1 });
    turn(storeA, 'dead');
    const silent = await read(opened);
    expect(silent).toMatchObject({ reachable: false });
    expect(silent?.transactions).toBeUndefined();
    expect(silent?.replicas.map(({ unapplied }) => unapplied)).toEqual([undefined, undefined]);
  });

  test('refuses a message about a group that there is not: it goes to the dead letters', async () => {
    const { run, parts } = await openHandlers();
    const replicate = replicateChange(parts.contexts, (text) => JSON.parse(text) as ChangeMessage, {
      applied: () => undefined,
    });
    await expect(run(replicate('{"group":"nobody","keys":[]}'))).rejects.toThrow('nobody');
    expect(variants.documents.replicas.length).toBe(2);
  });
});
