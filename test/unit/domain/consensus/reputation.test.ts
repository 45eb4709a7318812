import { describe, expect, test } from '@jest/globals';
import { aggregate, aggregators } from '@layers/domain/consensus/aggregate';
import { brierLoss } from '@layers/domain/consensus/loss';
import {
  afterBatch,
  afterOutcome,
  cappedReputation,
  founderOf,
  newcomerOf,
  normalise,
  type Stakes,
  type Standing,
} from '@layers/domain/consensus/reputation';
import { weightings } from '@layers/domain/consensus/weightings';
import fc from 'fast-check';
import { probabilities } from './opinions.ts';

const of = (standings: readonly Standing[], key: string) =>
  standings.find((each) => each.key === key)?.reputation ?? Number.NaN;

const meanReputation = (standings: readonly Standing[], stakes: Stakes) => {
  const past = standings.filter(({ probation }) => probation === 0);
  const total = past.reduce((sum, { key }) => sum + (stakes.get(key) ?? 0), 0);
  return past.reduce((sum, { key, reputation }) => sum + (stakes.get(key) ?? 0) * reputation, 0) / total;
};

const equal = (...keys: readonly string[]): Stakes => new Map(keys.map((key) => [key, 100]));

describe('Reputation', () => {
  test('falls for the worse and rises for the better, around a stake-weighted mean of 1', () => {
    const stakes = new Map([
      ['a', 300],
      ['b', 100],
    ]);
    const after = afterOutcome(
      [founderOf('a'), founderOf('b')],
      stakes,
      new Map([
        ['a', 0.1],
        ['b', 0.6],
      ]),
    );
    const mean = (3 * Math.exp(-0.15) + Math.exp(-0.9)) / 4;
    expect(of(after, 'a')).toBeCloseTo((0.9998 * Math.exp(-0.15)) / mean + 0.0002, 12);
    expect(of(after, 'b')).toBeCloseTo((0.9998 * Math.exp(-0.9)) / mean + 0.0002, 12);
    expect(meanReputation(after, stakes)).toBeCloseTo(1, 12);
  });

  test('of a silent member falls by the mean loss of those who answered: he neither gains nor is lost', () => {
    const standings = ['a', 'b', 'silent'].map(founderOf);
    const after = afterOutcome(
      standings,
      equal('a', 'b', 'silent'),
      new Map([
        ['a', 0.1],
        ['b', 0.3],
      ]),
    );
    const all = afterOutcome(
      standings,
      equal('a', 'b', 'silent'),
      new Map([
        ['a', 0.1],
        ['b', 0.3],
        ['silent', 0.2],
      ]),
    );
    expect(after).toEqual(all);
    expect(of(after, 'silent')).toBeCloseTo(1, 1);
  });

  test('never falls below the share that everybody gets', () => {
    let standings: readonly Standing[] = ['a', 'liar'].map(founderOf);
    for (let row = 0; row < 200; row += 1)
      standings = afterOutcome(
        standings,
        equal('a', 'liar'),
        new Map([
          ['a', 0.1],
          ['liar', 1],
        ]),
      );
    expect(of(standings, 'liar')).toBeGreaterThanOrEqual(0.0002);
    expect(of(standings, 'liar')).toBeLessThan(0.0004);
  });

  test('weighs at most the cap', () => {
    expect(cappedReputation({ key: 'a', reputation: 3, probation: 0 })).toBe(2);
  });

  test('of a newcomer is nothing for five batches and then the lowest there is', () => {
    const stakes = equal('a', 'b', 'new');
    let standings: readonly Standing[] = [founderOf('a'), founderOf('b'), newcomerOf('new')];
    standings = afterOutcome(
      standings,
      stakes,
      new Map([
        ['a', 0.1],
        ['b', 0.6],
        ['new', 0],
      ]),
    );
    for (let batch = 1; batch <= 4; batch += 1) standings = afterBatch(standings, stakes);
    expect(standings.map((each) => cappedReputation(each))[2]).toBe(0);
    expect(meanReputation(standings, stakes)).toBeCloseTo(1, 12);
    standings = afterBatch(standings, stakes);
    expect(of(standings, 'new')).toBeCloseTo(of(standings, 'b'), 12);
    expect(meanReputation(standings, stakes)).toBeCloseTo(1, 12);
  });

  test('of a newcomer does not move what the others weigh while he is on probation', () => {
    const losses = new Map([
      ['a', 0.1],
      ['b', 0.6],
    ]);
    const alone = afterOutcome([founderOf('a'), founderOf('b')], equal('a', 'b'), losses);
    const beside = afterOutcome(
      [founderOf('a'), founderOf('b'), newcomerOf('new')],
      equal('a', 'b', 'new'),
      new Map([...losses, ['new', 0]]),
    );
    expect(beside.slice(0, 2)).toEqual(alone);
  });

  test('stays as it is where nobody has a stake, and starts at 1 where nobody is there', () => {
    expect(normalise([founderOf('a')], new Map())).toEqual([founderOf('a')]);
    let standings: readonly Standing[] = [newcomerOf('first')];
    for (let batch = 0; batch < 5; batch += 1) standings = afterBatch(standings, equal('first'));
    expect(standings).toEqual([founderOf('first')]);
  });
});

describe('Weightings', () => {
  test('turn stake and reputation into weight', () => {
    const standing = { key: 'a', reputation: 0.5, probation: 0 };
    expect(weightings.map((each) => each.weigh(standing, 80, 0.3))).toEqual([1, 0.5, 40, 0.3]);
  });
});

/** A member of the group, before and after it split its stake over several keys. */
interface Play {
  readonly stakes: Stakes;
  readonly standings: readonly Standing[];
  /** Which member each key answers as. */
  readonly memberOf: ReadonlyMap<string, number>;
}

function play(
  { stakes, memberOf, ...start }: Play,
  rows: readonly (readonly (readonly number[])[])[],
): number[][] {
  let { standings } = start;
  return rows.map((answers, row) => {
    const answerOf = (key: string) => answers[memberOf.get(key) ?? 0] ?? [];
    const said = standings.map((each) => ({
      answer: answerOf(each.key),
      weight: weightings[2].weigh(each, stakes.get(each.key) ?? 0),
    }));
    const losses = new Map(standings.map(({ key }) => [key, brierLoss(answerOf(key), row % 2)]));
    standings = afterOutcome(standings, stakes, losses);
    if (row % 5 === 4) standings = afterBatch(standings, stakes);
    return [...(aggregate(aggregators[2], said) ?? [])];
  });
}

describe('Splitting a stake over identical members', () => {
  const rows = fc.array(fc.array(probabilities(2), { minLength: 4, maxLength: 4 }), {
    minLength: 30,
    maxLength: 60,
  });

  test.each([
    ['at the start', founderOf],
    ['of one who joins', newcomerOf],
  ])('leaves the consensus as it is, %s', (_when, standingOf) => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 2, max: 8 }), (answers, parts) => {
        const honest = ['a', 'b', 'c'];
        const shares = Array.from({ length: parts }, (_, part) => `split-${part}`);
        const group = (last: readonly string[]): Play => ({
          stakes: new Map([
            ...honest.map((key) => [key, 100] as const),
            ...last.map((key) => [key, 100 / last.length] as const),
          ]),
          standings: [...honest.map(founderOf), ...last.map(standingOf)],
          memberOf: new Map([...honest, ...last].map((key, index) => [key, Math.min(index, 3)])),
        });
        const [whole, split] = [play(group(['whole']), answers), play(group(shares), answers)];
        whole.forEach((answer, row) => {
          const [p = 0] = answer;
          expect(Math.abs(p - (split[row]?.[0] ?? 9))).toBeLessThanOrEqual(1e-6);
        });
      }),
      { numRuns: 50 },
    );
  });
});
