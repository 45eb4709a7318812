/** @jest-environment ./test/setup/models-environment.mjs */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rosterKey } from '@layers/domain/consensus/roster';
import { MemoryGroup } from '../memory-group.ts';
import { asked, memberNamed, membersOf, newKey, openConsensus, startMember } from './consensus-under-test.ts';

const pointersOf = (json: Record<string, unknown>) =>
  (json.errors as { pointer: string }[]).map(({ pointer }) => pointer).sort();

describe('GET /consensus/predict', () => {
  test('asks every model of the data set and makes one answer of theirs, by any method', async () => {
    const { send } = openConsensus();
    for (const method of [{}, { weighting: 'equal', aggregator: 'median' }, { weighting: 'stacking' }]) {
      const { status, json } = await send('askTogether', { query: { dataset: 'iris', ...asked, ...method } });
      expect(status).toBe(200);
      expect(json).toMatchObject({ prediction: { label: 'virginica' }, quorum: { members: 7, answered: 7 } });
      expect(membersOf(json).reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
    }
  });

  test('weighs the founders as they were fitted until others may count, and then all by accuracy', async () => {
    const records = new MemoryGroup();
    const { send, predict, judge } = openConsensus({ consensus: records });
    const ask = async (method: object = {}) =>
      (await send('askTogether', { query: { dataset: 'iris', ...asked, ...method } })).json.method;
    expect(await ask()).toEqual({ weighting: 'stacking', aggregator: 'mean' });
    expect(await ask({ aggregator: 'median' })).toEqual({ weighting: 'accuracy', aggregator: 'median' });
    await judge(String((await predict()).json.id), 'virginica');
    const roster = rosterKey('iris');
    const kept = records.records.get(roster);
    const image = String(kept?.image).replace('"outcomes":1,"seats"', '"outcomes":100,"seats"');
    records.records.set(roster, { ver: 9, image });
    expect(await ask()).toEqual({ weighting: 'accuracy', aggregator: 'trimmed-mean' });
  });

  test('names every wrong argument at once, and near names for what is not there', async () => {
    const { send } = openConsensus();
    const wrong = {
      ...asked,
      petalWidthCm: 'NaN',
      colour: 'blue',
      weighting: 'accurate',
      aggregator: ['mean', 'x'],
    };
    const answer = await send('askTogether', { query: { dataset: 'iris', ...wrong } });
    expect([answer.status, pointersOf(answer.json)]).toEqual([
      400,
      ['/query/aggregator', '/query/colour', '/query/petalWidthCm', '/query/weighting'],
    ]);
    const unknown = await send('askTogether', { query: { dataset: 'titanik' } });
    expect([unknown.status, unknown.json.detail]).toEqual([404, expect.stringContaining('titanic')]);
  });

  test('answers 503 naming who is missing when too few answer', async () => {
    const { send } = openConsensus({ askFounders: () => Promise.reject(new Error('gone')) });
    const { status, json } = await send('askTogether', { query: { dataset: 'iris', ...asked } });
    expect([status, json.code]).toEqual([503, 'no-quorum']);
    expect(json.detail).toContain('iris-lda');
  });
});

describe('members elsewhere', () => {
  const misbehaving = ['hang', 'html', 'redirect', 'huge', 'malformed', 'refuse', 'lie', 'honest'] as const;
  let group: ReturnType<typeof openConsensus>;
  const members = new Map<string, Awaited<ReturnType<typeof startMember>>>();

  beforeAll(async () => {
    group = openConsensus();
    for (const behaviour of misbehaving) {
      const member = await startMember('iris-lda');
      members.set(behaviour, member);
      const { status, json } = await group.join(member.key, { name: `to-${behaviour}`, url: member.url });
      expect([status, json.probation]).toEqual([201, 5]);
      member.behave(behaviour);
    }
  });
  afterAll(() => Promise.all([...members.values()].map(({ stop }) => stop())));

  test('that are late, wrong or elsewhere are named with weight 0 and fail no answer', async () => {
    const { status, json } = await group.send('askTogether', { query: { dataset: 'iris', ...asked } });
    expect(status).toBe(200);
    const statuses = misbehaving.map((behaviour) => memberNamed(json, `to-${behaviour}`)?.status);
    expect(statuses).toEqual([
      'late',
      'not-json',
      'redirected',
      'too-large',
      'invalid',
      'refused',
      'answered',
      'answered',
    ]);
    for (const behaviour of misbehaving) expect(memberNamed(json, `to-${behaviour}`)?.weight).toBe(0);
    expect(memberNamed(json, 'to-malformed')?.detail).toContain('probabilities');
  });

  test('are judged while on probation: a prediction counts without them', async () => {
    const { status, json } = await group.predict();
    expect([status, json.state]).toEqual([201, 'revealed']);
    expect(memberNamed(json, 'to-hang')?.status).toBe('late');
    expect(memberNamed(json, 'to-honest')).toMatchObject({ status: 'answered', weight: 0 });
    expect((await group.judge(String(json.id), 'virginica')).json.state).toBe('judged');
    const lines = (await group.send('listWeights', { query: { dataset: 'iris' } })).json.items as {
      members: { name: string; loss?: number }[];
    }[];
    const lossOf = (name: string) => lines[0]?.members.find((member) => member.name === name)?.loss;
    expect(lossOf('to-lie')).toBeGreaterThan(lossOf('to-honest') ?? 1);
    expect(lossOf('to-hang')).toBeUndefined();
  });

  test('are called at addresses that may be called alone, and tell nothing of what is there', async () => {
    const key = newKey();
    const inside = await group.join(key, { name: 'inside', url: 'http://169.254.169.254' });
    expect([inside.status, pointersOf(inside.json)]).toEqual([400, ['/body/url']]);
    const page = members.get('html');
    const answer = await group.join(key, { name: 'page', url: page?.url });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.json)).not.toContain('Welcome');
  });

  test('keep their names and keys to themselves, and the oracle is none', async () => {
    const { key, url } = members.get('honest') ?? (await startMember('iris-lda'));
    const [taken, twice, founder] = [
      await group.join(newKey(), { name: 'to-lie', url, protocol: 'plain' }),
      await group.join(key, { name: 'another', url }),
      await group.join(newKey(), { name: 'iris-lda', url, protocol: 'plain' }),
    ];
    expect([taken.status, twice.status, founder.status]).toEqual([403, 403, 403]);
    expect((await group.join(group.oracle, { name: 'judge', url, protocol: 'plain' })).status).toBe(403);
    expect((await group.leave(newKey(), 'iris', 'to-lie')).status).toBe(403);
  });

  test('leave by their own word, and are asked no more', async () => {
    const { key } = members.get('html') ?? { key: newKey() };
    expect((await group.leave(key, 'iris', 'to-html')).status).toBe(204);
    const { json } = await group.send('listMembers', { query: { dataset: 'iris' } });
    const names = (json.items as { name: string }[]).map(({ name }) => name);
    expect(names).not.toContain('to-html');
    expect(JSON.stringify(json)).not.toContain('127.0.0.1');
  });
});

describe('a prediction that counts', () => {
  test('is judged by the first outcome of the oracle alone, and moves the weights', async () => {
    const { predict, judge, send } = openConsensus();
    const id = String((await predict()).json.id);
    expect((await judge(id, 'virginica', newKey())).status).toBe(403);
    expect((await judge(id, 'rose')).status).toBe(400);
    expect((await judge(id, 'virginica')).json).toMatchObject({
      state: 'judged',
      outcome: { truth: 'virginica' },
    });
    expect((await judge(id, 'virginica')).status).toBe(200);
    const other = await judge(id, 'setosa');
    expect([other.status, other.json.code]).toEqual([409, 'outcome-conflict']);
    const { json } = await send('readWeights', { query: { dataset: 'iris' } });
    expect(json).toMatchObject({ outcomes: 1, applied: 1 });
    const reputations = (json.members as { reputation: number }[]).map(({ reputation }) => reputation);
    expect(Math.max(...reputations)).toBeGreaterThan(Math.min(...reputations));
  });

  test('waits with its weights for those before it', async () => {
    const { predict, judge, send } = openConsensus();
    const [first, second] = [String((await predict()).json.id), String((await predict()).json.id)];
    const applied = async () => (await send('readWeights', { query: { dataset: 'iris' } })).json.applied;
    await judge(second, 'virginica');
    expect(await applied()).toBe(0);
    await judge(first, 'virginica');
    expect(await applied()).toBe(2);
  });

  test('is void at its deadline, for good, and lets others go on', async () => {
    const { predict, judge, send, clock, tick } = openConsensus();
    const id = String((await predict({ withinMs: 10_000 })).json.id);
    const next = String((await predict()).json.id);
    clock.aheadMs = 11_000;
    const late = await judge(id, 'virginica');
    expect([late.status, late.json.code]).toEqual([409, 'wrong-phase']);
    await tick();
    expect((await send('readPrediction', { path: { id } })).json).toMatchObject({ state: 'void' });
    expect((await judge(id, 'virginica')).status).toBe(409);
    await judge(next, 'virginica');
    expect((await send('readWeights', { query: { dataset: 'iris' } })).json).toMatchObject({
      applied: 2,
      outcomes: 1,
    });
  });

  test('is one of five at most that wait', async () => {
    const { predict } = openConsensus();
    for (let open = 0; open < 5; open += 1) expect((await predict()).status).toBe(201);
    const sixth = await predict();
    expect([sixth.status, sixth.json.code]).toEqual([409, 'limit-reached']);
  });

  test('is void at once without a quorum', async () => {
    const { predict, send } = openConsensus({ askFounders: () => Promise.reject(new Error('gone')) });
    expect((await predict()).json.code).toBe('no-quorum');
    const { json } = await send('readPrediction', { path: { id: 'iris-000000001' } });
    expect(json).toMatchObject({ state: 'void', reason: expect.stringContaining('answered') });
  });

  test('has its regret beside a bound while the theorem holds', async () => {
    const { predict, judge, send } = openConsensus();
    for (const truth of ['virginica', 'versicolor', 'virginica'])
      await judge(String((await predict()).json.id), truth);
    const { json } = await send('readReport', { query: { dataset: 'iris' } });
    const { outcomes, regret, bound } = json.guarantee as Record<string, number>;
    expect(outcomes).toBe(3);
    expect(regret).toBeLessThanOrEqual(bound ?? 0);
    expect((json.live as { outcomes: number }).outcomes).toBe(3);
  });
});
