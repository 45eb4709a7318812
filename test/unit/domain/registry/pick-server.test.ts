import { describe, expect, test } from '@jest/globals';
import { type Candidate, pickServer } from '@layers/domain/registry/pick-server';
import { heartbeatMs, leaseMs, staleKeptMs } from '@layers/domain/registry/settings';
import fc from 'fast-check';

const nowMs = 1_000_000;
const server = (id: string, more: Partial<Candidate> = {}): Candidate => ({
  id,
  url: `https://${id}.example.com`,
  capacity: 1,
  load: 0,
  expiresAtMs: nowMs + leaseMs,
  ...more,
});
const pick = (servers: readonly Candidate[], random = 0, exclude: string[] = []) =>
  pickServer(servers, { nowMs, random, exclude: new Set(exclude) });

/** Evenly spread numbers stand for uniform ones: what comes out is the weights themselves. */
function countPicks(servers: readonly Candidate[], picks: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let n = 0; n < picks; n += 1) {
    const id = pick(servers, (n + 0.5) / picks)?.candidate.id ?? 'nobody';
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

describe('picking a server', () => {
  test('goes in proportion to capacity ÷ (1 + load)', () => {
    const counts = countPicks(
      [server('a'), server('b', { capacity: 3, load: 2 }), server('c', { capacity: 2 })],
      400,
    );
    expect(Object.fromEntries(counts)).toEqual({ a: 100, b: 100, c: 200 });
  });

  test('spreads 10,000 random picks over ten equal servers: the busiest has at most 1.2 times the mean', () => {
    const servers = Array.from({ length: 10 }, (_, index) => server(`s${index}`));
    const counts = new Map<string, number>();
    // A generator of its own (mulberry32), so that the test says the same each time.
    let state = 2026;
    const random = () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
    for (let n = 0; n < 10_000; n += 1) {
      const id = pick(servers, random())?.candidate.id ?? '';
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    expect(counts.size).toBe(10);
    expect(Math.max(...counts.values()) / 1_000).toBeLessThanOrEqual(1.2);
  });

  test('never takes one that is excluded or whose lease is over, whatever the weights and the draw', () => {
    const candidate = fc.record({
      capacity: fc.integer({ min: 1, max: 1000 }),
      load: fc.integer({ min: 0, max: 1_000_000 }),
      live: fc.boolean(),
      excluded: fc.boolean(),
    });
    const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 8 }), unit, (given, random) => {
        const servers = given.map(({ capacity, load, live }, index) =>
          server(`s${index}`, {
            capacity,
            load,
            expiresAtMs: live ? nowMs + 1 : nowMs - 2 * leaseMs * (index + 1),
          }),
        );
        const excluded = given.flatMap((one, index) => (one.excluded ? [`s${index}`] : []));
        const allowed = given.filter(({ live, excluded: out }) => live && !out).length;
        const picked = pick(servers, random, excluded);
        if (allowed === 0 && given.some(({ live }) => live)) return expect(picked).toBeUndefined();
        if (picked === undefined) return expect(allowed).toBe(0);
        expect(excluded).not.toContain(picked.candidate.id);
        if (!picked.stale) {
          expect(picked.pickedFrom).toBe(allowed);
          expect(picked.candidate.expiresAtMs).toBeGreaterThan(nowMs);
        }
      }),
    );
  });

  test('finds nobody where nobody is registered', () => {
    expect(pick([])).toBeUndefined();
  });
});

describe('when every lease is over', () => {
  const lapsed = (id: string, agoMs: number) => server(id, { expiresAtMs: nowMs - agoMs });

  test('the last known are named as stale if all lapsed within one heartbeat', () => {
    const picked = pick([lapsed('a', 1), lapsed('b', heartbeatMs), lapsed('long-gone', 10 * leaseMs)]);
    expect(picked).toMatchObject({ stale: true, pickedFrom: 2, candidate: { id: 'a' } });
  });

  test.each([
    ['one server alone lapsed: it may just have died', [lapsed('a', 1)]],
    ['they died one after another', [lapsed('a', 1), lapsed('b', 2), lapsed('c', heartbeatMs + 100)]],
    ['it was too long ago', [lapsed('a', staleKeptMs + 1), lapsed('b', staleKeptMs + 2)]],
  ])('nobody is named if %s', (_why, servers) => {
    expect(pick(servers)).toBeUndefined();
  });
});
