import { describe, expect, test } from '@jest/globals';
import { changeMode } from '@layers/domain/redundancy/change-mode';
import type { Control, Mode } from '@layers/domain/redundancy/control';
import { journalPath, recordIdOf, recordPath } from '@layers/domain/redundancy/documents';
import { groups } from '@layers/domain/redundancy/groups';
import { carryKeyedWrites, keepKeyedWrite } from '@layers/domain/redundancy/keyed-writes';
import { mirrorState, requireWritable } from '@layers/domain/redundancy/policy';
import { compareVersions, isSameVersion, type RecordVersion } from '@layers/domain/redundancy/record';
import { defaultSettings } from '@layers/domain/redundancy/settings';
import { requireDecision, requireIds } from '@layers/domain/redundancy/validate';
import fc from 'fast-check';
import { ordinary, settings, variants } from '../../../simulation/plan.ts';
import { World } from '../../../simulation/world.ts';

const version = (epoch: number, ver: number, op = 'o'): RecordVersion => ({
  id: 'carts/a',
  epoch,
  ver,
  op,
  prevOp: undefined,
  deleted: false,
  hash: '',
  image: '',
  keyedWrites: [],
});

const control = (mode: Mode, changed: Partial<Control> = {}): Control => ({
  group: 'shop',
  revision: 1,
  mode,
  epoch: 1,
  era: 1,
  sourceEra: undefined,
  authority: 'a',
  follower: 'b',
  policy: 'available',
  incarnations: {},
  followerComplete: true,
  forced: false,
  changedAtMs: 0,
  inForceAtMs: 0,
  ...changed,
});

describe('versions', () => {
  const versions = fc.tuple(fc.nat(5), fc.nat(5)).map(([epoch, ver]) => version(epoch, ver));

  test('are in a total order, a later epoch before all', () => {
    fc.assert(
      fc.property(versions, versions, versions, (one, two, three) => {
        expect(Math.sign(compareVersions(one, two))).toBe(0 - Math.sign(compareVersions(two, one)));
        if (compareVersions(one, two) <= 0 && compareVersions(two, three) <= 0) {
          expect(compareVersions(one, three)).toBeLessThanOrEqual(0);
        }
      }),
    );
    expect(compareVersions(version(2, 1), version(1, 9))).toBeGreaterThan(0);
  });

  test('with equal numbers and other ops are not the same', () => {
    expect(isSameVersion(version(1, 2, 'x'), version(1, 2, 'y'))).toBe(false);
    expect(isSameVersion(undefined, undefined)).toBe(true);
    expect(isSameVersion(version(1, 2), undefined)).toBe(false);
  });
});

describe('document paths', () => {
  test('give back the record id', () => {
    expect(recordIdOf(recordPath('shop', '3', 'orders/u/o'), 'shop', '3')).toBe('orders/u/o');
    expect(journalPath('shop', '3', 'abc')).toBe('shop/3/txn/abc.json');
  });
});

describe('keyed writes', () => {
  const write = (id: string, expiresAtMs: number, op = id) => ({
    id,
    payloadHash: '',
    op,
    answer: '',
    expiresAtMs,
  });

  test('carry on what has not expired, the latest of a key, within the limit', () => {
    const carried = [write('a', 5), write('b', 50), write('c', 50)];
    const kept = carryKeyedWrites(carried, write('b', 60, 'new'), 10, 2);
    expect(kept.map(({ op }) => op)).toEqual(['c', 'new']);
  });

  test('replace only what was known to be there', () => {
    const keep = write('a', 50, 'new');
    expect(keepKeyedWrite(keep, undefined)).toMatchObject({ expect: 'absent' });
    expect(keepKeyedWrite(keep, { kind: 'idempotency', ...write('a', 1, 'old') })).toMatchObject({
      expect: { op: 'old' },
    });
    expect(keepKeyedWrite(keep, { kind: 'idempotency', ...keep })).toBeUndefined();
  });
});

describe('policies', () => {
  test('strict takes writes in NORMAL alone', () => {
    const strict = { policy: 'strict' } as const;
    expect(() => requireWritable(control('NORMAL', strict))).not.toThrow();
    expect(() => requireWritable(control('CATCHUP', strict))).toThrow('read-only-mode');
    expect(() => requireWritable(control('A_ONLY', strict))).toThrow('read-only-mode');
  });

  test('available goes on alone, and refuses where nobody decides', () => {
    expect(() => requireWritable(control('A_ONLY'))).not.toThrow();
    expect(() => requireWritable(control('READ_ONLY'))).toThrow('read-only-mode');
    expect(() => requireWritable(control('PROMOTING'))).toThrow('read-only-mode');
  });

  test('say synced only with a complete follower, stale only without one', () => {
    expect(mirrorState(control('NORMAL'))).toBe('synced');
    expect(mirrorState(control('NORMAL', { follower: undefined }))).toBe('degraded');
    expect(mirrorState(control('CATCHUP'))).toBe('degraded');
    expect(mirrorState(control('READ_ONLY'))).toBe('degraded');
    expect(mirrorState(control('READ_ONLY', { followerComplete: false }))).toBe('stale');
  });
});

describe('the control row', () => {
  const world = () => new World(1, variants.rows, settings, ordinary);

  test('refuses a change before the leases of the last one have lapsed', async () => {
    const it = world();
    const env = it.environment(it.createProcess('operator', false));
    const fresh = control('NORMAL', { inForceAtMs: env.clock.now() });
    expect(await changeMode(env, fresh, { mode: 'A_ONLY' })).toBeUndefined();
  });

  test('refuses a mode that may not follow', async () => {
    const it = world();
    const env = it.environment(it.createProcess('operator', false));
    expect(await changeMode(env, control('NORMAL'), { mode: 'REBUILD' })).toBeUndefined();
  });
});

describe('a transaction', () => {
  const [shop] = groups;
  if (shop === undefined) throw new Error('the table of groups is empty');

  test.each(['orders', 'servers/a', 'orders/', 'orders/a b', 'orders/../x', 'txn/a', 'orders/a/b/c/d'])(
    'refuses the id %j',
    (id) => {
      expect(() => requireIds(shop, [id], defaultSettings)).toThrow('invalid-request');
    },
  );

  test('takes the ids of its group, each once', () => {
    expect(() => requireIds(shop, ['orders/u1/o1', 'stock/p1'], defaultSettings)).not.toThrow();
    expect(() => requireIds(shop, ['stock/p1', 'stock/p1'], defaultSettings)).toThrow('twice');
    expect(() => requireIds(shop, [], defaultSettings)).toThrow('invalid-request');
  });

  test('is refused before any write if its decision is too big or strays', () => {
    const transaction = {
      keys: ['stock/a'],
      idempotency: undefined,
      decide: () => ({ changes: [], answer: '' }),
    };
    const decide =
      (id: string, image: string, answer = '') =>
      () =>
        requireDecision(defaultSettings, transaction, { changes: [{ id, image }], answer });
    expect(decide('stock/a', 'x'.repeat(350_000))).not.toThrow();
    expect(decide('stock/a', 'é'.repeat(175_001))).toThrow('payload-too-large');
    expect(decide('stock/a', '', 'x'.repeat(4_097))).toThrow('payload-too-large');
    expect(decide('stock/b', '')).toThrow('invalid-request');
  });
});
