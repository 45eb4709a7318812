import { describe, expect, test } from '@jest/globals';
import { brierLoss } from '@layers/domain/consensus/loss';
import { quantiseLoss, settleWagers, type Wager, wagered } from '@layers/domain/staking/wagering';
import fc from 'fast-check';
import { probabilities } from '../consensus/opinions.ts';

const unit = 1_000_000n;
const sum = (amounts: Iterable<bigint>) => [...amounts].reduce((total, each) => total + each, 0n);
const of = (changes: ReadonlyMap<string, bigint>, key: string) => changes.get(key) ?? 0n;

const member = (key: string, losses: readonly (number | undefined)[], stake = 100n * unit): Wager => ({
  key,
  stake,
  bond: 25n * unit,
  losses: losses.map((loss) => (loss === undefined ? undefined : quantiseLoss(loss))),
});

const loss = fc.bigInt({ min: 0n, max: 1_000_000_000n });
const stake = fc.bigInt({ min: 0n, max: 300n * unit });

/** Rounds of 2 to 12 members and 1 to 20 predictions; about one answer in six is missing. */
const rounds = fc.integer({ min: 1, max: 20 }).chain((rows) =>
  fc
    .array(
      fc.record({
        stake,
        bond: fc.constantFrom(25n * unit, unit, 0n),
        losses: fc.array(fc.option(loss, { nil: undefined, freq: 6 }), { minLength: rows, maxLength: rows }),
      }),
      { minLength: 2, maxLength: 12 },
    )
    .map((members) => members.map((each, index) => ({ ...each, key: `k${String(index).padStart(2, '0')}` }))),
);

describe('A settlement by wagers', () => {
  test('moves a tenth of what is wagered by the distance to the mean score', () => {
    const changes = settleWagers([member('good', [0.1, 0.1]), member('bad', [0.5, 0.5])]);
    // 0.1 · 75 · (0.9 − 0.7) = 1.5 units.
    expect(changes).toEqual(
      new Map([
        ['good', 1_500_000n],
        ['bad', -1_500_000n],
      ]),
    );
  });

  test('sums to nothing, to the last micro-unit', () => {
    fc.assert(fc.property(rounds, (wagers) => expect(sum(settleWagers(wagers).values())).toBe(0n)));
  });

  test('takes at most a tenth of what is above the bond, so that it puts nobody out', () => {
    fc.assert(
      fc.property(rounds, (wagers) => {
        const changes = settleWagers(wagers);
        for (const each of wagers) {
          expect(of(changes, each.key)).toBeGreaterThanOrEqual(-(wagered(each) / 10n) - 1n);
          if (each.stake >= each.bond)
            expect(each.stake + of(changes, each.key)).toBeGreaterThanOrEqual(each.bond);
        }
      }),
    );
  });

  test('does not depend on the order of the members', () => {
    fc.assert(
      fc.property(rounds, (wagers) => {
        const turned = settleWagers(wagers.toReversed());
        for (const [key, change] of settleWagers(wagers)) expect(turned.get(key)).toBe(change);
      }),
    );
  });

  test('pays more, never less, for a better answer', () => {
    fc.assert(
      fc.property(rounds, fc.nat(), fc.nat(), loss, (wagers, who, where, better) => {
        const [first] = wagers;
        const row = where % (first?.losses.length ?? 1);
        const place = who % wagers.length;
        const before = wagers[place];
        const old = before?.losses[row];
        fc.pre(before !== undefined && old !== undefined && better <= old);
        const after = wagers.with(place, { ...before, losses: before.losses.with(row, better) });
        const gain = of(settleWagers(after), before.key) - of(settleWagers(wagers), before.key);
        expect(gain).toBeGreaterThanOrEqual(-1n);
      }),
    );
  });

  test('pays, in expectation, whoever answers what he believes', () => {
    const beliefs = fc.array(probabilities(3), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(beliefs, fc.array(stake, { minLength: 6, maxLength: 6 }), (answers, stakes) => {
        const [belief = []] = answers;
        const expected = belief.reduce((total, p, truth) => {
          const wagers = answers.map((answer, index) => ({
            key: `k${index}`,
            stake: stakes[index] ?? 0n,
            bond: 0n,
            losses: [quantiseLoss(brierLoss(answer, truth))],
          }));
          return total + p * Number(of(settleWagers(wagers), 'k0'));
        }, 0);
        // A micro-unit for the rounding, a billionth of the stake for the quantised losses.
        expect(expected).toBeGreaterThanOrEqual(-2);
      }),
    );
  });

  test('is neutral to splitting: at most 2 micro-units a settlement and key', () => {
    fc.assert(
      fc.property(rounds, fc.nat(), fc.integer({ min: 2, max: 9 }), (wagers, who, parts) => {
        const place = who % wagers.length;
        const count = BigInt(parts);
        // Made divisible, so that only the settlement itself can round.
        const all = wagers.map((each) => ({ ...each, stake: each.stake * count, bond: each.bond * count }));
        const whole = all[place];
        fc.pre(whole !== undefined);
        const shares = Array.from({ length: parts }, (_, part) => ({
          ...whole,
          key: `${whole.key}.${part}`,
          stake: whole.stake / count,
          bond: whole.bond / count,
        }));
        const [before, after] = [settleWagers(all), settleWagers(all.toSpliced(place, 1, ...shares))];
        const together = sum(shares.map(({ key }) => of(after, key)));
        const difference = of(before, whole.key) - together;
        expect(difference < 0n ? -difference : difference).toBeLessThanOrEqual(2n * count);
        for (const each of all.toSpliced(place, 1)) {
          const other = of(before, each.key) - of(after, each.key);
          expect(other < 0n ? -other : other).toBeLessThanOrEqual(2n);
        }
      }),
    );
  });

  test('never pays silence: whoever answers nothing wins nothing', () => {
    fc.assert(
      fc.property(rounds, fc.nat(), (wagers, who) => {
        const place = who % wagers.length;
        const silent = wagers.map((each, index) =>
          index === place ? { ...each, losses: each.losses.map(() => undefined) } : each,
        );
        // One micro-unit of rounding, which the slash for absence exceeds a thousandfold.
        expect(of(settleWagers(silent), wagers[place]?.key ?? '')).toBeLessThanOrEqual(1n);
      }),
    );
  });

  test('counts a row that nobody answered for nobody', () => {
    const without = settleWagers([member('a', [0.1]), member('b', [0.5])]);
    expect(settleWagers([member('a', [0.1, undefined]), member('b', [0.5, undefined])])).toEqual(without);
  });

  test('moves nothing where nothing is wagered or nothing came true', () => {
    expect([...settleWagers([member('a', [0.1], 25n * unit), member('b', [0.5], unit)]).values()]).toEqual([
      0n,
      0n,
    ]);
    expect([...settleWagers([member('a', []), member('b', [])]).values()]).toEqual([0n, 0n]);
    expect(settleWagers([]).size).toBe(0);
  });
});
