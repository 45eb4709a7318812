/** @jest-environment ./test/setup/models-environment.mjs */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { claimPaths } from '@layers/domain/staking/claims';
import { publicKeyOf } from '@layers/http/derived-keys';
import { askAndJudge } from '../../infra/drills/ask-predictions.ts';
import { readKnownRows } from '../../infra/drills/known-rows.ts';
import { trustedKey } from '../../infra/key-files.ts';
import { readTrusted, replayLedger } from '../../infra/ledger/replay-ledger.ts';
import {
  creditKey,
  leaveStakeAs,
  openBooks,
  readAccount,
  readSupply,
  settleNow,
  stakeAs,
  withdrawAs,
} from '../../infra/ledger/send-claim.ts';
import { sayOutcome } from '../../infra/members/oracle.ts';
import { type JoinedMember, joinMember, newKey, postSigned, run } from '../setup/members.ts';
import { type ApiAnswer, apiUrl, request } from '../setup/stack.ts';

const dataset = 'california-housing';
const unit = 1_000_000n;
const operator = trustedKey('operator');
const rows = readKnownRows(dataset);

const booksNow = async () => {
  const { seq, hash, conserved } = await readSupply(apiUrl);
  return { seq, hash, conserved };
};
const problemOf = ({ status, body }: ApiAnswer) => `${status} ${(body as { code: string }).code}`;
const stakeOf = async (member: JoinedMember) => {
  const { locked } = await readAccount(apiUrl, member.publicKey);
  return locked.find((each) => each.dataset === dataset);
};

beforeAll(async () => {
  if ((await readSupply(apiUrl)).datasets[dataset] === undefined) await openBooks(apiUrl, dataset);
}, 60_000);

describe('the ledger, through the gateway', () => {
  test('credits by the operator’s signature, stakes, locks, and pays out what is settled', async () => {
    const key = newKey();
    const id = publicKeyOf(key);
    const before = await readSupply(apiUrl);
    const credited = await creditKey(apiUrl, id, '5000000');
    await stakeAs(apiUrl, key, dataset, '2000000');
    await withdrawAs(apiUrl, key, '1000000');
    await leaveStakeAs(apiUrl, key, dataset);
    const { settled, locked } = await readAccount(apiUrl, id);
    expect(settled).toBe('2000000');
    const { rounds = 0 } = (await readSupply(apiUrl)).datasets[dataset] ?? {};
    expect(locked).toEqual([
      {
        ...{ dataset, amount: '2000000', deposit: '2000000', bond: '500000' },
        ...{ state: 'leaving', unlockRound: rounds + 21 },
      },
    ]);
    const after = await readSupply(apiUrl);
    expect(BigInt(after.deposits) - BigInt(before.deposits)).toBe(5n * unit);
    expect(BigInt(after.withdrawals) - BigInt(before.withdrawals)).toBe(unit);
    expect([after.conserved, after.seq]).toEqual([true, credited + 3]);
    const page = await request('GET', `/staking/ledger?limit=2&cursor=${credited - 1}`);
    const { items } = page.body as { items: { seq: number; kind: string; claim: { signer: string } }[] };
    expect(items.map(({ seq, kind, claim }) => [seq, kind, claim.signer])).toEqual([
      [credited, 'deposit', publicKeyOf(operator)],
      [credited + 1, 'stake', id],
    ]);
    expect(page.headers.get('mirror')).toBe('synced');
  }, 60_000);
});

describe('a request on the books that is wrong', () => {
  const ada = newKey();
  const id = publicKeyOf(ada);
  const { deposit, stake, leave, withdraw, open } = claimPaths;
  const path = withdraw;
  const stakeBody = (amount: unknown, publicKey = id) => ({ dataset, publicKey, amount });

  beforeAll(async () => {
    await creditKey(apiUrl, id, '200000000');
    await stakeAs(apiUrl, ada, dataset, '100000000');
  });

  const changesNothing = async (send: () => Promise<ApiAnswer>, problem: string) => {
    const before = await booksNow();
    const answer = await send();
    expect(problemOf(answer)).toBe(problem);
    expect((answer.body as { detail: string }).detail.length).toBeGreaterThan(20);
    expect(await booksNow()).toEqual(before);
    return answer;
  };

  test.each(['0', '-1', '1.5', '1e3', '1E3', '01', '+1', '', '99999999999999999999', 100, null])(
    'is refused with the amount %p, for a deposit, a stake and a withdrawal',
    async (amount) => {
      const sent = [
        [operator, deposit, { publicKey: id, amount }],
        [ada, stake, stakeBody(amount)],
        [ada, withdraw, { publicKey: id, amount }],
      ] as const;
      const before = await booksNow();
      for (const [key, where, body] of sent) {
        const answer = await postSigned(key, where, body);
        expect(problemOf(answer)).toBe('400 invalid-request');
        const { errors } = answer.body as { errors: { pointer: string }[] };
        expect(errors.map(({ pointer }) => pointer)).toEqual(['/body/amount']);
      }
      expect(await booksNow()).toEqual(before);
    },
  );

  const other = newKey();
  test.each([
    [
      'a withdrawal over the balance',
      '409 limit-reached',
      () => postSigned(ada, path, { publicKey: id, amount: '100000001' }),
    ],
    [
      'a withdrawal of what is at stake',
      '409 limit-reached',
      () => postSigned(ada, path, { publicKey: id, amount: '200000000' }),
    ],
    [
      'a deposit that somebody else has signed',
      '403 forbidden',
      () => postSigned(ada, deposit, { publicKey: id, amount: '1' }),
    ],
    [
      'a deposit beyond what a key may have',
      '409 limit-reached',
      () => postSigned(operator, deposit, { publicKey: id, amount: '900000001' }),
    ],
    [
      'a claim on another’s key',
      '403 forbidden',
      () => postSigned(other, withdraw, { publicKey: id, amount: '1' }),
    ],
    [
      'a departure that another key has signed',
      '403 forbidden',
      () => postSigned(other, leave, { dataset, publicKey: id }),
    ],
    ['a second stake of a key', '409 version-conflict', () => postSigned(ada, stake, stakeBody('1000000'))],
    [
      'a stake of nothing settled',
      '409 limit-reached',
      () => postSigned(other, stake, stakeBody('1000000', publicKeyOf(other))),
    ],
    [
      'books that are open',
      '409 version-conflict',
      () => postSigned(operator, open, { dataset, founders: [id] }),
    ],
    [
      'a signature of two minutes ago',
      '403 forbidden',
      () => postSigned(ada, path, { publicKey: id, amount: '1' }, Date.now() - 120_000),
    ],
    [
      'a settlement of what is not there',
      '404 not-found',
      () => request('POST', '/staking/settlements', { body: { dataset: 'irys' } }),
    ],
  ])('is refused: %s', async (_what, problem, send) => {
    await changesNothing(send, problem);
  });

  test('is refused when it is sent a second time', async () => {
    const [body, at] = [{ publicKey: id, amount: '1000000' }, Date.now()];
    expect((await postSigned(ada, path, body, at)).status).toBe(201);
    const again = await changesNothing(() => postSigned(ada, path, body, at), '403 forbidden');
    expect((again.body as { detail: string }).detail).toContain('used before');
  });
});

describe('a round', () => {
  const members = new Map<string, JoinedMember>();
  const memberNamed = (name: string) => members.get(name) as JoinedMember;
  let judged: string;

  const fill = async (count: number) => {
    const { failed, last } = await askAndJudge(apiUrl, dataset, rows.slice(0, count));
    expect(failed).toEqual([]);
    judged = last ?? '';
  };
  const missing = async () => {
    const { pending } = await readAccount(apiUrl, memberNamed('honest').publicKey);
    return 20 - ((pending.find((each) => each.dataset === dataset)?.predictions ?? 0) % 20);
  };

  beforeAll(async () => {
    for (const behaviour of ['honest', 'switch', 'mute', 'forge']) {
      const member = await joinMember('california-housing-boosting', behaviour);
      members.set(behaviour, member);
      await creditKey(apiUrl, member.publicKey, '100000000');
      await stakeAs(apiUrl, member.key, dataset, '100000000');
    }
    // What is left of a round that somebody has begun; then one of our own.
    const begun = await missing();
    if (begun < 20) await fill(begun);
    await settleNow(apiUrl, dataset);
    for (const [behaviour, member] of members) member.behave(behaviour);
    await fill(5);
    for (const member of members.values()) member.behave('honest');
    await fill(15);
  }, 240_000);
  afterAll(() => Promise.all([...members.values()].map((member) => member.leave())), 60_000);

  test('is settled once by two that settle at once; what was proven costs what it costs', async () => {
    const { rounds = 0 } = (await readSupply(apiUrl)).datasets[dataset] ?? {};
    const entries = await Promise.all([settleNow(apiUrl, dataset), settleNow(apiUrl, dataset)]);
    // The one-minute rule may have been the faster one.
    expect(entries.flat().length).toBeLessThanOrEqual(1);
    const after = await readSupply(apiUrl);
    expect(after.datasets[dataset]?.rounds).toBe(rounds + entries.flat().length);
    expect(after.conserved).toBe(true);
    const absent = await stakeOf(memberNamed('mute'));
    const forged = await stakeOf(memberNamed('forge'));
    // 100 ÷ 64 units for each of them; what wagering moves besides is a tenth of the rest at most.
    for (const each of [absent, forged]) expect(BigInt(each?.amount ?? 0)).toBeLessThan(100n * unit);
    expect(absent?.amount).toBe(forged?.amount);
    expect(absent?.state).toBe('staked');
    expect(BigInt((await stakeOf(memberNamed('honest')))?.amount ?? 0)).toBeGreaterThan(100n * unit);
    expect(await stakeOf(memberNamed('switch'))).toMatchObject({ state: 'ejected' });
    expect(BigInt(after.insurance)).toBeGreaterThan(0n);
  }, 60_000);

  test('puts a key out for good, and its name belongs to that key', async () => {
    const { key, publicKey, name, url } = memberNamed('switch');
    const before = await booksNow();
    await creditKey(apiUrl, publicKey, '100000000');
    const again = await postSigned(key, claimPaths.stake, { dataset, publicKey, amount: '100000000' });
    expect(problemOf(again)).toBe('403 forbidden');
    expect((await booksNow()).seq).toBe(before.seq + 1);
    const fresh = newKey();
    const body = { name, dataset, url, protocol: 'plain', publicKey: publicKeyOf(fresh) };
    expect(problemOf(await postSigned(fresh, '/consensus/members', body))).toBe('403 forbidden');
    const washed = { ...body, name: `washed-${run}` };
    const joined = await postSigned(fresh, '/consensus/members', washed);
    expect([joined.status, joined.body]).toEqual([
      201,
      expect.objectContaining({ probation: 5, weight: 0, stake: '0' }),
    ]);
  }, 60_000);

  test('has outcomes of the oracle alone, the first of them, and its books do not mind others', async () => {
    const before = await booksNow();
    await expect(sayOutcome(apiUrl, judged, 1)).rejects.toMatchObject({
      problem: { code: 'outcome-conflict' },
    });
    const forged = await request('POST', `/consensus/predictions/${judged}/outcome`, {
      body: { truth: 1, signature: 'A'.repeat(86) },
    });
    expect(problemOf(forged)).toBe('403 forbidden');
    expect(await settleNow(apiUrl, dataset)).toEqual([]);
    expect(await booksNow()).toEqual(before);
  });

  test('is recomputed from outside, with all that came before it, to the last micro-unit', async () => {
    const { same, books, entries } = await replayLedger({ apiUrl, trusted: await readTrusted(apiUrl) });
    expect(same).toBe(true);
    expect(entries.some(({ kind, dataset: of }) => kind === 'settlement' && of === dataset)).toBe(true);
    expect(books.seq).toBe(entries.length);
  }, 60_000);
});
