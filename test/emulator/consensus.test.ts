/** @jest-environment ./test/setup/models-environment.mjs */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { predictionIdOf } from '@layers/domain/predictions/prediction';
import { publicKeyOf } from '@layers/http/derived-keys';
import { trustedKey } from '../../infra/key-files.ts';
import { sayOutcome } from '../../infra/members/oracle.ts';
import { type JoinedMember, joinMember, newKey, postSigned, run } from '../setup/members.ts';
import { type ApiAnswer, apiUrl, request } from '../setup/stack.ts';

const dataset = 'titanic';
const inputs = { pclass: 1, sex: 'female' };
const misbehaviours = {
  hang: 'late',
  html: 'not-json',
  redirect: 'redirected',
  huge: 'too-large',
  malformed: 'invalid',
  refuse: 'refused',
} as const;
const members = new Map<string, JoinedMember>();

interface ShownMember {
  readonly name: string;
  readonly weight: number;
  readonly status: string;
}
interface Shown {
  readonly id: string;
  readonly state: string;
  readonly code: string;
  readonly members: readonly ShownMember[];
  readonly consensus: { readonly members: readonly ShownMember[] };
}
const shown = ({ body }: ApiAnswer) => body as Shown;
const predict = (headers: Record<string, string> = {}) =>
  request('POST', '/consensus/predictions', { body: { dataset, inputs }, headers });
const behaveAll = (how: (behaviour: string) => string) => {
  for (const [behaviour, member] of members) member.behave(how(behaviour));
};

beforeAll(async () => {
  for (const behaviour of [...Object.keys(misbehaviours), 'switch', 'forge', 'honest'])
    members.set(behaviour, await joinMember('titanic-logistic', behaviour));
}, 120_000);
afterAll(() => Promise.all([...members.values()].map((member) => member.leave())), 60_000);

const statusesOf = (all: readonly ShownMember[]) =>
  Object.fromEntries(
    [...members].map(([behaviour, { name }]) => {
      const { status, weight } = all.find((each) => each.name === name) ?? { status: 'missing', weight: 1 };
      return [behaviour, [status, weight]];
    }),
  );

describe('the consensus, through the gateway', () => {
  test('names members that are slow, huge, in HTML, elsewhere or no probabilities, with weight 0', async () => {
    behaveAll((behaviour) => behaviour);
    const answer = await request('GET', `/consensus/predict?dataset=${dataset}&pclass=1&sex=female`);
    behaveAll(() => 'honest');
    expect(answer.status).toBe(200);
    expect(statusesOf(shown(answer).members)).toMatchObject(
      Object.fromEntries(
        Object.entries(misbehaviours).map(([behaviour, status]) => [behaviour, [status, 0]]),
      ),
    );
    expect(answer.text).not.toContain('Welcome');
  });

  test('finds out a reveal that does not match and a commitment that another key has signed', async () => {
    for (const name of ['switch', 'forge']) members.get(name)?.behave(name);
    const answer = await predict();
    behaveAll(() => 'honest');
    expect([answer.status, shown(answer).state]).toEqual([201, 'revealed']);
    expect(statusesOf(shown(answer).consensus.members)).toMatchObject({
      switch: ['mismatch', 0],
      forge: ['unsigned', 0],
      honest: ['answered', 0],
    });
    await sayOutcome(apiUrl, shown(answer).id, 'survived');
  }, 60_000);

  test('hears no outcome before its members have revealed, and moves weights with it afterwards', async () => {
    const first = shown(await predict());
    const place = Number(first.id.slice(-9));
    members.get('hang')?.behave('hang');
    const opening = predict();
    const next = predictionIdOf(dataset, place + 1);
    const state = async () => (await request('GET', `/consensus/predictions/${next}`)).status;
    for (let tries = 0; (await state()) !== 200; tries += 1)
      if (tries > 200) throw new Error('It never opened.');
    await expect(sayOutcome(apiUrl, next, 'survived')).rejects.toMatchObject({
      status: 409,
      problem: { code: 'wrong-phase' },
    });
    expect(shown(await opening)).toMatchObject({ id: next, state: 'revealed' });
    behaveAll(() => 'honest');
    await sayOutcome(apiUrl, next, 'survived');
    const applied = async () =>
      ((await request('GET', `/consensus/weights?dataset=${dataset}`)).body as { applied: number }).applied;
    expect(await applied()).toBe(place - 1);
    expect(await sayOutcome(apiUrl, first.id, 'survived')).toMatchObject({ state: 'judged' });
    expect(await applied()).toBe(place + 1);
    const history = await request('GET', `/consensus/weights/history?dataset=${dataset}&after=${place - 1}`);
    const [line] = (history.body as { items: { members: { reputation: number; loss: number }[] }[] }).items;
    expect(new Set(line?.members.map(({ reputation }) => reputation)).size).toBeGreaterThan(3);
    await expect(sayOutcome(apiUrl, first.id, 'died')).rejects.toMatchObject({
      problem: { code: 'outcome-conflict' },
    });
    expect(await sayOutcome(apiUrl, first.id, 'survived')).toMatchObject({ state: 'judged' });
  }, 60_000);

  test('opens one prediction for one idempotency key', async () => {
    const headers = { 'idempotency-key': `consensus-${run}` };
    const [one, again] = [shown(await predict(headers)), shown(await predict(headers))];
    expect(again).toEqual(one);
    await sayOutcome(apiUrl, one.id, 'survived');
  });

  test('takes a request to join once, from its key alone, from whoever answers, and never from the oracle', async () => {
    const honest = members.get('honest') as JoinedMember;
    const path = '/consensus/members';
    const body = (key = honest.key) => ({
      ...{ name: honest.name, dataset, url: honest.url, protocol: 'plain', publicKey: publicKeyOf(key) },
    });
    const at = Date.now();
    expect((await postSigned(honest.key, path, body(), at)).status).toBe(201);
    const refusals = [
      await postSigned(honest.key, path, body(), at),
      await postSigned(newKey(), path, body()),
      await postSigned(honest.key, path, body(), at - 120_000),
      await postSigned(trustedKey('oracle'), path, { ...body(trustedKey('oracle')), name: `judge-${run}` }),
    ];
    expect(refusals.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    const nobody = newKey();
    const deaf = { ...body(nobody), name: `deaf-${run}`, url: 'http://127.0.0.1:9' };
    const refused = await postSigned(nobody, path, deaf);
    expect([refused.status, refused.body]).toEqual([
      400,
      expect.objectContaining({ errors: [expect.objectContaining({ pointer: '/body/url' })] }),
    ]);
  }, 60_000);

  test('reports members and methods out of fold and live', async () => {
    const { body } = await request('GET', `/consensus/report?dataset=${dataset}`);
    const { outOfFold, live } = body as {
      outOfFold: { rows: number };
      live: { outcomes: number; members: { name: string; outcomes: number }[]; methods: { name: string }[] };
    };
    expect(outOfFold.rows).toBe(891);
    expect(live.outcomes).toBeGreaterThanOrEqual(3);
    expect(live.members.find(({ name }) => name === members.get('honest')?.name)?.outcomes).toBeGreaterThan(
      0,
    );
    expect(live.methods.map(({ name }) => name)).toContain('consensus');
  });
});
