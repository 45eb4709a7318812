import { describe, expect, test } from '@jest/globals';
import { type Fault, faults, type Judged, slash } from '@layers/domain/staking/slashing';
import fc from 'fast-check';

const unit = 1_000_000n;
const sum = (amounts: Iterable<bigint>) => [...amounts].reduce((total, each) => total + each, 0n);

const member = (key: string, ...found: readonly Fault[]): Judged => ({
  key,
  stake: 100n * unit,
  faults: new Set(found),
  answered: true,
});

const quiet = { mismatchedBefore: 0n, stakeAtStart: 1_000n * unit };

const groups = fc
  .array(
    fc.record({
      stake: fc.bigInt({ min: 0n, max: 300n * unit }),
      faults: fc.subarray(faults.map(({ name }) => name)).map((found) => new Set(found)),
      answered: fc.boolean(),
    }),
    { minLength: 1, maxLength: 50 },
  )
  .map((members) => members.map((each, index) => ({ ...each, key: `k${index}` })));

const before = fc.bigInt({ min: 0n, max: 10_000n * unit });

describe('Slashing', () => {
  test('takes a 64th for absence and a 32nd for an invalid answer, each once', () => {
    const { taken } = slash(
      [member('a', 'absent'), member('b', 'invalid'), member('c', 'absent', 'invalid')],
      quiet,
    );
    expect([...taken.values()]).toEqual([1_562_500n, 3_125_000n, 4_687_500n]);
  });

  test('takes a quarter for a mismatch, and more the more stake mismatches together', () => {
    const alone = slash([member('a', 'mismatch'), member('b')], quiet);
    // 25 + 100 · (3 · 25) ÷ 1000.
    expect(alone.taken.get('a')).toBe(32_500_000n);
    expect(alone.ejected).toEqual(new Set(['a']));
    const seven = slash(
      Array.from({ length: 7 }, (_, index) => member(`liar-${index}`, 'mismatch')),
      quiet,
    );
    expect(seven.taken.get('liar-0')).toBe(77_500_000n);
    const long = slash([member('a', 'mismatch'), member('b')], { ...quiet, mismatchedBefore: 300n * unit });
    expect(long.taken.get('a')).toBe(100n * unit);
  });

  test('gives half to the faultless by stake and half to insurance', () => {
    const { rewards, insurance } = slash(
      [member('a', 'absent'), { ...member('b'), stake: 300n * unit }, member('c')],
      quiet,
    );
    expect(rewards).toEqual(
      new Map([
        ['b', 585_938n],
        ['c', 195_312n],
      ]),
    );
    expect(insurance).toBe(781_250n);
  });

  test('gives all to insurance where nobody is faultless', () => {
    const { rewards, insurance } = slash([member('a', 'absent')], quiet);
    expect([rewards.size, insurance]).toEqual([0, 1_562_500n]);
  });

  test('gives nothing to a stake that answered nothing', () => {
    const { rewards, insurance } = slash(
      [member('a', 'absent'), member('b'), { ...member('c'), answered: false }],
      quiet,
    );
    expect(rewards).toEqual(new Map([['b', 781_250n]]));
    expect(insurance).toBe(781_250n);
  });

  test('burns nothing, takes no more than there is, and nothing from the faultless', () => {
    fc.assert(
      fc.property(groups, before, before, (members, mismatchedBefore, stakeAtStart) => {
        const { taken, rewards, insurance } = slash(members, { mismatchedBefore, stakeAtStart });
        expect(sum(rewards.values()) + insurance).toBe(sum(taken.values()));
        for (const { key, stake, faults: found, answered } of members) {
          if (!answered) expect(rewards.get(key) ?? 0n).toBe(0n);
          expect((taken.get(key) ?? 0n) <= stake).toBe(true);
          if (found.size === 0) expect(taken.get(key)).toBe(0n);
        }
      }),
    );
  });
});
