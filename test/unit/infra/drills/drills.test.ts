import { describe, expect, test } from '@jest/globals';
import { groups, groupsWith } from '@layers/domain/redundancy/groups';
import type { RecordVersion } from '@layers/domain/redundancy/record';
import { type DrillReport, isKept, nameOf } from '../../../../infra/drills/drill.ts';
import { figuresOf } from '../../../../infra/drills/drill-figures.ts';
import { drillsNamed, everyDrill, longRounds, roundsOf } from '../../../../infra/drills/drill-plan.ts';
import { holds } from '../../../../infra/drills/lost-writes.ts';

const record = (image: object, deleted = false): RecordVersion => ({
  ...{ id: 'orders/u/o', epoch: 1, ver: 1, op: 'x', prevOp: undefined, hash: '', keyedWrites: [] },
  deleted,
  image: JSON.stringify(image),
});

describe('an acknowledged write', () => {
  const wanted = { fields: { id: 'o', lines: [{ quantity: 1 }] }, counter: 0 };

  test('is held by a copy that says what was acknowledged, whatever else it says', () => {
    expect(holds(record({ id: 'o', lines: [{ quantity: 1 }], note: 'x' }), wanted)).toBe(true);
  });

  test('is lost where the copy is absent, deleted, or says something else', () => {
    expect(holds(undefined, wanted)).toBe(false);
    expect(holds(record({ id: 'o', lines: [{ quantity: 1 }] }, true), wanted)).toBe(false);
    expect(holds(record({ id: 'o', lines: [{ quantity: 2 }] }), wanted)).toBe(false);
    expect(holds(record({ id: 'o' }), wanted)).toBe(false);
  });

  test('is lost where a counter is behind what was acknowledged', () => {
    const counted = { fields: {}, counter: 7 };
    expect([6, 7, 8].map((load) => holds(record({ load }), counted))).toEqual([false, true, true]);
  });
});

describe('the plan of drills', () => {
  test('breaks each copy of each drilled group in each way', () => {
    const names = everyDrill(groups).map(nameOf);
    expect(new Set(names).size).toBe(names.length);
    for (const failure of ['kill', 'hang', 'slow', 'drop-after-effect'])
      for (const copy of ['shop follower', 'shop authority', 'shop replica s3-replica', 'registry authority'])
        expect(names).toContain(`${copy} ${failure}`);
  });

  test('wipes an authority only where documents can bring it back', () => {
    expect(drillsNamed(['wiped'], groups).map(nameOf)).toEqual(['shop authority kill wiped']);
    expect(drillsNamed(['wiped'], groupsWith('dynamodb'))).toEqual([]);
  });

  test('holds the same loss in all groups at once, and never two losses in one group', () => {
    const rounds = roundsOf(everyDrill(groups));
    for (const round of rounds) {
      expect(new Set(round.map(({ group }) => group)).size).toBe(round.length);
      expect(new Set(round.map(({ failure }) => failure)).size).toBe(1);
    }
    expect(rounds[0]?.map(nameOf)).toEqual(['shop follower kill', 'registry follower kill']);
  });

  test('makes the long set of 80 runs of both stores and both variants, and what is left once', () => {
    const rounds = longRounds(groups, 10);
    const often = rounds.filter((round) => round.length === 2);
    expect(often.length).toBe(80);
    expect(rounds[0]?.map(nameOf)).toEqual(['shop authority kill wiped']);
  });
});

describe('the figures of drills', () => {
  const report: DrillReport = {
    ...{ drill: 'x', group: 'shop', failure: 'kill', store: 's3-documents', acknowledged: 30, synced: 20 },
    ...{ requestsPerSecond: 6, lost: [], unresolved: 0, wrong: [], differing: 0, mode: 'A_ONLY' },
    ...{ noticedMs: 500, modeMs: 1_000, readsBackMs: 900, writesBackMs: 1_200, normalMs: 7_000 },
    ...{ rpoWrites: 0, rpoMs: 0, startedAtMs: 0, faultAtMs: 1, mendedAtMs: 2, endedAtMs: 3 },
    ...{ modes: [], attempts: [] },
  };
  const figureNamed = (name: string, rounds: readonly (readonly DrillReport[])[]) =>
    figuresOf(rounds, 1).find((figure) => figure.name === name);

  test('count what was lost and what differs, and say when a goal is missed', () => {
    const broken = { ...report, lost: ['orders/u/o'], differing: 2 };
    expect([report, broken].map(isKept)).toEqual([true, false]);
    const rounds = [[report], [broken]];
    expect(figureNamed('acknowledged writes lost', rounds)).toMatchObject({ reached: false });
    expect(figureNamed('records that differ after repair', rounds)).toMatchObject({ measured: '2' });
    expect(figureNamed('acknowledged writes lost', [[report]])?.measured).toBe('0 of 30 (20 synced)');
  });

  test('take the nearest rank, and the requests of all groups of a round together', () => {
    const times = Array.from({ length: 20 }, (_, index) => ({ ...report, noticedMs: (index + 1) * 100 }));
    expect(figureNamed('dead store noticed, p95', [times])?.measured).toBe('1.9 s of 20');
    expect(
      figureNamed('requests answered before the fault, least', [[report, report], [report]]),
    ).toMatchObject({
      measured: '6.0 /s',
      reached: false,
    });
  });

  test('ask of a promotion when writes were taken again', () => {
    const promoted = { ...report, mode: 'PROMOTING', writesBackMs: 11_000 };
    expect(figureNamed('dead authority: follower promoted, writes taken, p95', [[promoted]])).toMatchObject({
      reached: false,
    });
  });
});
