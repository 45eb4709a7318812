import { describe, expect, test } from '@jest/globals';
import { isProblem } from '@layers/domain/problem';
import { insuranceAccount, settledAccount } from '@layers/domain/staking/accounts';
import { balanceOf, isConserved, stakeOf, supplyOf } from '@layers/domain/staking/books';
import { amountText, followClaim } from '@layers/domain/staking/claims';
import type { EntryEntity } from '@layers/domain/staking/ledger';
import { isOver, type RoundEvidence, settleRound } from '@layers/domain/staking/round';
import fc from 'fast-check';
import {
  at,
  Chain,
  card,
  claimOf,
  hash,
  keyOf,
  operator,
  type PlayedPrediction,
  roundOf,
  type Said,
  unit,
} from './played-rounds.ts';
import { replay } from './replayed.ts';

const founders = ['forest', 'boosting', 'logistic'].map(keyOf);
const ada = keyOf('ada');
const stakedByAda = () => Chain.of(founders, [[ada, 100n * unit]]);
const adas = (body: Record<string, unknown>) => ({ dataset: 'titanic', publicKey: ada, ...body });

function kindOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (isProblem(error)) return error.kind;
    throw error;
  }
  return 'none';
}

const allSay = (keys: readonly string[], said: Said): ReadonlyMap<string, Said> =>
  new Map(keys.map((key) => [key, said]));
type Answers = ReadonlyMap<string, Said>;
const rows = (count: number, said: Answers, truth: PlayedPrediction['truth'] = 'survived') =>
  Array.from({ length: count }, (): PlayedPrediction => ({ said, truth }));

describe('Claims on the books', () => {
  test('credit, stake, leave and withdraw, and conserve all of it', () => {
    const chain = stakedByAda();
    chain.claim('deposit', operator, { publicKey: ada, amount: '5000000' });
    chain.claim('withdraw', ada, { publicKey: ada, amount: '2000000' });
    chain.claim('leave', ada, adas({}));
    expect(stakeOf(chain.books, 'titanic', ada)).toBe(100n * unit);
    expect(balanceOf(chain.books, settledAccount(ada))).toBe(3n * unit);
    expect(supplyOf(chain.books)).toEqual({
      deposits: 405n * unit,
      withdrawals: 2n * unit,
      insurance: 0n,
      balances: 403n * unit,
    });
    expect(isConserved(supplyOf(chain.books))).toBe(true);
  });

  test.each([
    ['a withdrawal over the balance', 'withdraw', ada, { publicKey: ada, amount: '1' }, 'limit-reached'],
    [
      'a stake over the balance',
      'stake',
      keyOf('bob'),
      { dataset: 'titanic', publicKey: keyOf('bob'), amount: '1000000' },
      'limit-reached',
    ],
    [
      'a stake below the least',
      'stake',
      keyOf('bob'),
      { dataset: 'titanic', publicKey: keyOf('bob'), amount: '999999' },
      'limit-reached',
    ],
    ['a second stake of a key', 'stake', ada, adas({ amount: '1000000' }), 'version-conflict'],
    ['a claim on another’s stake', 'leave', keyOf('bob'), adas({}), 'forbidden'],
    ['a data set without books', 'stake', ada, adas({ dataset: 'iris', amount: '1000000' }), 'not-found'],
    ['books that are open', 'open', operator, { dataset: 'titanic', founders }, 'version-conflict'],
    [
      'more credit than a key may have',
      'deposit',
      operator,
      { publicKey: ada, amount: '900000001' },
      'limit-reached',
    ],
  ] as const)('refuse %s, and change nothing', (_what, kind, signer, body, problem) => {
    const { books } = stakedByAda();
    const before = JSON.stringify(books);
    expect(kindOf(() => followClaim(books, kind, claimOf(signer, body)))).toBe(problem);
    expect(JSON.stringify(books)).toBe(before);
  });

  test('are refused when they are sent again, or signed before the newest', () => {
    const chain = stakedByAda();
    const claim = claimOf(operator, { publicKey: ada, amount: '1000000' });
    chain.step(followClaim(chain.books, 'deposit', claim));
    expect(kindOf(() => followClaim(chain.books, 'deposit', claim))).toBe('forbidden');
  });

  test.each(['0', '-1', '1.5', '1e3', '1E3', '+1', ' 1', '01', '', '9'.repeat(19), 'NaN'])(
    'take no amount like "%s"',
    (text) => {
      expect(amountText.safeParse(text).success).toBe(false);
    },
  );
});

describe('The settlement of a round', () => {
  const settle = (chain: Chain, played: readonly PlayedPrediction[]) => {
    const evidence = roundOf(chain.books.datasets.titanic?.nextPlace ?? 0, played, founders);
    chain.step(settleRound(chain.books, card, evidence, hash));
    return evidence;
  };

  test('lets the honest gain what the liar loses', () => {
    const chain = stakedByAda();
    settle(chain, rows(20, new Map([...allSay(founders, 0.9), [ada, 0.1]])));
    // Losses of .01 and .81: the mean is .21, so 0.1 · 75 · 0.6 = 4.5 units, and 1.5 for each founder.
    expect(stakeOf(chain.books, 'titanic', ada)).toBe(95_500_000n);
    for (const founder of founders) expect(stakeOf(chain.books, 'titanic', founder)).toBe(101_500_000n);
  });

  test('slashes once a round for what was never revealed, and gives half to the faultless', () => {
    const chain = stakedByAda();
    settle(chain, rows(20, new Map<string, Said>([...allSay(founders, 0.9), [ada, 'late']])));
    expect(stakeOf(chain.books, 'titanic', ada)).toBe(98_437_500n);
    expect(balanceOf(chain.books, insuranceAccount)).toBe(781_250n);
  });

  test('puts out whoever reveals another answer, and lets the key never come back', () => {
    const chain = stakedByAda();
    settle(chain, rows(20, new Map<string, Said>([...allSay(founders, 0.9), [ada, 'mismatch']])));
    expect(chain.books.datasets.titanic?.members[ada]?.state).toBe('ejected');
    chain.claim('deposit', operator, { publicKey: ada, amount: '100000000' });
    expect(kindOf(() => followClaim(chain.books, 'stake', claimOf(ada, adas({ amount: '100000000' }))))).toBe(
      'forbidden',
    );
  });

  test('gives a leaving member its stake back after 21 rounds, and wagers nothing of it until then', () => {
    const chain = stakedByAda();
    chain.claim('leave', ada, adas({}));
    for (let round = 1; round <= 20; round += 1) settle(chain, rows(1, allSay(founders, 0.9)));
    expect(stakeOf(chain.books, 'titanic', ada)).toBe(100n * unit);
    settle(chain, rows(1, allSay(founders, 0.9)));
    expect(balanceOf(chain.books, settledAccount(ada))).toBe(100n * unit);
  });

  test('finds no fault where nobody was asked to reveal, nor with the deployment’s own models', () => {
    const chain = stakedByAda();
    const [row] = roundOf(1, rows(1, allSay([...founders, ada], 'late')), founders).predictions;
    const evidence = {
      dataset: 'titanic',
      fromPlace: 1,
      predictions: [{ ...row, reveals: undefined }],
    } as RoundEvidence;
    chain.step(settleRound(chain.books, card, evidence, hash));
    settle(chain, rows(1, new Map<string, Said>([...allSay(founders, 'late'), [ada, 0.5]])));
    for (const key of [...founders, ada]) expect(stakeOf(chain.books, 'titanic', key)).toBe(100n * unit);
  });

  test('is nothing when somebody else has settled the round', () => {
    const chain = stakedByAda();
    const evidence = settle(chain, rows(20, allSay(founders, 0.9)));
    expect(settleRound(chain.books, card, evidence, hash)).toBeUndefined();
  });

  test('comes with 20 closed predictions, or with fewer a day after the first', () => {
    const closed = roundOf(1, rows(20, allSay(founders, 0.9))).predictions.map(
      ({ prediction }) => prediction,
    );
    const [openedAtMs, dayMs] = [Date.parse(at), 86_400_000];
    expect(isOver(closed, openedAtMs, dayMs)).toBe(true);
    expect(isOver(closed.slice(1), openedAtMs, dayMs)).toBe(false);
    expect(isOver(closed.slice(1), openedAtMs + dayMs, dayMs)).toBe(true);
    const { closed: _, ...open } = closed[0] ?? { closed: undefined };
    expect(isOver([...closed.slice(1), open as (typeof closed)[number]], openedAtMs + dayMs, dayMs)).toBe(
      false,
    );
    expect(isOver([], openedAtMs, dayMs)).toBe(false);
  });
});

const said = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom<Said>('late', 'invalid', 'mismatch', 'unreachable') },
);

describe('Rounds of any members and answers', () => {
  test('never slash or put out an honest member, whatever comes true', () => {
    const truths = fc.array(fc.constantFrom<PlayedPrediction['truth']>('died', 'survived', undefined), {
      minLength: 20,
      maxLength: 20,
    });
    fc.assert(
      fc.property(
        fc.array(truths, { minLength: 1, maxLength: 6 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (outcomes, p) => {
          const chain = stakedByAda();
          for (const truth of outcomes) {
            const played = truth.map((each) => ({
              said: new Map([...allSay(founders, 0.5), [ada, p]]),
              truth: each,
            }));
            chain.step(
              settleRound(
                chain.books,
                card,
                roundOf(chain.books.datasets.titanic?.nextPlace ?? 0, played),
                hash,
              ),
            );
          }
          expect(chain.books.datasets.titanic?.members[ada]?.state).toBe('staked');
          expect(stakeOf(chain.books, 'titanic', ada)).toBeGreaterThanOrEqual(25n * unit);
          expect(balanceOf(chain.books, insuranceAccount)).toBe(0n);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('conserve stake after each, and replay to the last micro-unit', async () => {
    const member = fc.bigInt({ min: unit, max: 100n * unit });
    const group = fc.array(member, { minLength: 1, maxLength: 47 });
    const roundsMax = Number(process.env.STAKING_ROUNDS ?? 600);
    let played = 0;
    await fc.assert(
      fc.asyncProperty(
        group,
        fc.array(fc.array(said, { minLength: 50, maxLength: 50 }), { minLength: 20, maxLength: 20 }),
        async (stakes, said) => {
          const others = stakes.map((amount, index) => [keyOf(`member ${index}`), amount] as const);
          const chain = Chain.of(founders, others);
          const keys = [...founders, ...others.map(([key]) => key)];
          const rounds = new Map<number, RoundEvidence>();
          for (const [index, answers] of said.entries()) {
            const one = (turn: number) =>
              new Map(keys.map((key, place) => [key, answers[(place + turn) % 50] ?? 0.5]));
            const rounded = [0, 1, 2].map((turn) => ({
              said: one(turn),
              truth: turn === 1 ? ('died' as const) : ('survived' as const),
            }));
            const evidence = roundOf(chain.books.datasets.titanic?.nextPlace ?? 0, rounded, founders);
            rounds.set(index + 1, evidence);
            chain.step(settleRound(chain.books, card, evidence, hash));
            expect(isConserved(supplyOf(chain.books))).toBe(true);
            played += 1;
          }
          expect(await replay(chain.entries, rounds)).toEqual(chain.books);
        },
      ),
      { numRuns: Math.ceil(roundsMax / 20) },
    );
    expect(played).toBeGreaterThanOrEqual(roundsMax);
  });
});

describe('Whoever replays the chain', () => {
  const settled = () => {
    const chain = stakedByAda();
    const evidence = roundOf(1, rows(20, new Map([...allSay(founders, 0.9), [ada, 0.1]])), founders);
    chain.step(settleRound(chain.books, card, evidence, hash));
    return { chain, rounds: new Map([[1, evidence]]) };
  };

  test('arrives at the same books', async () => {
    const { chain, rounds } = settled();
    expect(await replay(chain.entries, rounds)).toEqual(chain.books);
  });

  test.each([
    [
      'an amount',
      (entry: EntryEntity) => ({
        ...entry,
        postings: entry.postings.map((each) => ({ ...each, amount: '1' })),
      }),
    ],
    ['a time', (entry: EntryEntity) => ({ ...entry, at: '2026-11-22T12:00:01.000Z' })],
    ['evidence', (entry: EntryEntity) => ({ ...entry, evidence: [] })],
    ['the entry before', (entry: EntryEntity) => ({ ...entry, previousHash: hash('other') })],
  ])('notices %s that was changed', async (_what, change) => {
    const { chain, rounds } = settled();
    const entries = chain.entries.with(-1, change(chain.entries.at(-1) as EntryEntity));
    await expect(replay(entries, rounds)).rejects.toThrow('Entry 4');
  });

  test('believes no deposit that the operator did not sign', async () => {
    const { chain, rounds } = settled();
    chain.claim('deposit', ada, { publicKey: ada, amount: '1000000' });
    await expect(replay(chain.entries, rounds)).rejects.toThrow('only the operator');
  });
});
