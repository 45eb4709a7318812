import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { groups, groupsWith } from '@layers/domain/redundancy/groups';
import type { RecordVersion } from '@layers/domain/redundancy/record';
import { type Drill, type DrillReport, isKept, nameOf } from '../../../../infra/drills/drill.ts';
import { figuresOf } from '../../../../infra/drills/drill-figures.ts';
import { drillsNamed, everyDrill, longRounds, roundsOf } from '../../../../infra/drills/drill-plan.ts';
import { timesOf } from '../../../../infra/drills/drill-times.ts';
import { answeredWrongly, lossOf } from '../../../../infra/drills/losses.ts';
import { holds } from '../../../../infra/drills/lost-writes.ts';
import type { Acknowledged, Attempt, Workload } from '../../../../infra/drills/store-clients/workload.ts';

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
      for (const copy of [
        ...['shop follower', 'shop authority', 'shop replica s3-replica', 'registry authority'],
        ...['ledger follower', 'ledger authority', 'predictions authority', 'predictions replica s3-replica'],
      ])
        expect(names).toContain(`${copy} ${failure}`);
  });

  test('breaks no follower where there is none', () => {
    expect(drillsNamed(['predictions', 'follower'], groups)).toEqual([]);
  });

  test('wipes an authority only where documents can bring it back', () => {
    const [ofShop, ofLedger] = ['shop authority kill wiped', 'ledger authority kill wiped'];
    expect(drillsNamed(['wiped'], groups).map(nameOf)).toEqual([ofShop, ofLedger]);
    expect(drillsNamed(['wiped'], groupsWith('dynamodb')).map(nameOf)).toEqual([ofLedger]);
  });

  test('holds the same loss in all groups at once, and never two losses in one group', () => {
    const rounds = roundsOf(everyDrill(groups));
    for (const round of rounds) {
      expect(new Set(round.map(({ group }) => group)).size).toBe(round.length);
      expect(new Set(round.map(({ failure }) => failure)).size).toBe(1);
    }
    expect(rounds[0]?.map(nameOf)).toEqual([
      ...['shop follower kill', 'registry follower kill', 'ledger follower kill'],
    ]);
  });

  test('makes the long set of 80 runs of both stores and both variants, and what is left once', () => {
    const rounds = longRounds(groups, 10);
    const shopAndRegistry = ['shop', 'registry'];
    const often = rounds.filter((round) =>
      isDeepStrictEqual(
        round.map(({ group }) => group),
        shopAndRegistry,
      ),
    );
    expect(often.length).toBe(80);
    expect(rounds[0]?.map(nameOf)).toEqual(['shop authority kill wiped', 'ledger authority kill wiped']);
  });

  test('holds every drill in the long set, those of the strict group and of the one without a follower once', () => {
    const held = longRounds(groups, 10).flat().map(nameOf);
    expect(new Set(held)).toEqual(new Set(everyDrill(groups).map(nameOf)));
    const times = (name: string) => held.filter((one) => one === name).length;
    expect(times('shop follower hang')).toBe(10);
    for (const once of ['ledger follower hang', 'predictions authority hang', 'shop replica s3-replica hang'])
      expect(times(once)).toBe(1);
  });
});

describe('the policy of a group', () => {
  const groupNamed = (name: string) => groups.find((group) => group.name === name) as (typeof groups)[number];
  const lossIn = (name: string, role: Drill['role'], replica?: string) =>
    lossOf({ role, ...(replica === undefined ? {} : { replica }) }, groupNamed(name));
  const away = { fromMs: 1_000, toMs: 2_000 };
  const request = (kind: Attempt['kind'], sentAtMs: number, endedAtMs: number): Attempt => ({
    ...{ kind, sentAtMs, endedAtMs, outcome: 'answered', succeeded: true },
  });
  const write = (mirror: string): Acknowledged => ({
    ...{ recordId: 'x/y', fields: {}, counter: 0, mirror, atMs: 1 },
  });
  const judged = (name: string, role: Drill['role'], attempts: Attempt[], acknowledged: Acknowledged[]) =>
    answeredWrongly(groupNamed(name), lossIn(name, role), away, { attempts, acknowledged });

  test('says what goes on without a store, and what stops', () => {
    expect(lossIn('shop', 'follower')).toMatchObject({ goesOn: ['read', 'write'], stops: [] });
    expect(lossIn('shop', 'authority')).toMatchObject({ goesOn: ['read'], stops: ['write'] });
    expect(lossIn('registry', 'authority')).toMatchObject({ goesOn: ['read', 'write'], stops: [] });
    expect(lossIn('ledger', 'follower')).toMatchObject({ goesOn: [], stops: ['write'] });
    expect(lossIn('predictions', 'authority')).toMatchObject({ goesOn: [], stops: ['read', 'write'] });
    expect(lossIn('predictions', 'replica', 's3-replica')).toMatchObject({ stops: [] });
  });

  test('lets a group leave NORMAL for its follower or with it alone', () => {
    const leaves = (name: string, role: Drill['role'], replica?: string) =>
      lossIn(name, role, replica).leavesNormal;
    expect([leaves('ledger', 'follower'), leaves('ledger', 'authority')]).toEqual([true, true]);
    expect([leaves('predictions', 'authority'), leaves('shop', 'replica', 's3-replica')]).toEqual([
      ...[false, false],
    ]);
  });

  test('is broken by an answer without the store that decides it', () => {
    const during = [request('write', 1_100, 1_200)];
    expect(judged('ledger', 'follower', during, [])).toHaveLength(1);
    expect(judged('predictions', 'authority', [request('read', 1_100, 1_200)], [])).toHaveLength(1);
    expect(judged('shop', 'follower', during, [])).toEqual([]);
    const atTheEdges = [request('write', 900, 1_100), request('write', 1_900, 2_100)];
    expect(judged('ledger', 'follower', atTheEdges, [])).toEqual([]);
  });

  test('is broken by calling a write what it may not be called', () => {
    const called = (name: string) =>
      ['synced', 'degraded', 'stale'].filter(
        (mirror) => judged(name, 'authority', [], [write(mirror)]).length === 0,
      );
    expect(called('shop')).toEqual(['synced', 'degraded']);
    expect(called('ledger')).toEqual(['synced']);
    expect(called('predictions')).toEqual(['degraded']);
  });
});

describe('the times of a drill', () => {
  const at = { startedAtMs: 0, faultAtMs: 1_000, mendedAtMs: 2_000, normalAtMs: 9_000 };
  const asked = (sentAtMs: number, succeeded: boolean): Attempt => ({
    ...{ kind: 'write', sentAtMs, endedAtMs: sentAtMs + 100, outcome: 'answered', succeeded },
  });
  const attempts = [asked(500, true), asked(1_200, false), asked(1_500, true)];
  const work = { attempts } as unknown as Workload;

  test('begin with what its clients meet', () => {
    expect(timesOf(work, [], { ...at, isMet: true })).toMatchObject({ noticedMs: 300 });
  });

  test('name the longest stretch without an answer, wherever it lies, and all of it where none came', () => {
    const answeredAt = (...sent: number[]) =>
      ({ attempts: sent.map((atMs) => asked(atMs, true)) }) as unknown as Workload;
    const awayOf = (one: Workload) => timesOf(one, [], { ...at, isMet: true }).writesAwayMs;
    expect(awayOf(answeredAt(1_100, 1_200, 4_200, 8_800))).toBe(4_600);
    expect(awayOf(answeredAt(4_200, 8_800))).toBe(4_600);
    expect(awayOf(answeredAt(7_900, 8_800))).toBe(7_000);
    expect(awayOf(answeredAt(1_100, 1_200))).toBe(7_700);
    expect(awayOf(answeredAt())).toBe(8_000);
  });

  test('are none of clients who only lost a contest, where a replica alone is away', () => {
    const { noticedMs, writesAwayMs } = timesOf(work, [], { ...at, isMet: false });
    expect([noticedMs, writesAwayMs]).toEqual([undefined, undefined]);
  });
});

describe('the figures of drills', () => {
  const report: DrillReport = {
    ...{ drill: 'x', group: 'shop', failure: 'kill', store: 's3-documents', acknowledged: 30, synced: 20 },
    ...{ requestsPerSecond: 6, lost: [], unresolved: 0, wrong: [], differing: 0, mode: 'A_ONLY' },
    ...{ noticedMs: 500, modeMs: 1_000, readsAwayMs: 900, writesAwayMs: 1_200, normalMs: 7_000 },
    ...{ rpo: {}, goesOn: ['read', 'write'], startedAtMs: 0, faultAtMs: 1, mendedAtMs: 2, endedAtMs: 3 },
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

  test('hold what is copied each minute to another goal than what follows each change', () => {
    const behind = {
      ...report,
      rpo: { 'on-change': { writes: 0, ms: 0 }, periodic: { writes: 9, ms: 50_000 } },
    };
    expect(figureNamed('asynchronous RPO, p99', [[report, behind]])).toMatchObject({
      measured: '0.0 s of 1',
      reached: true,
    });
    expect(figureNamed('RPO of what is copied each minute, p99', [[report, behind]])).toMatchObject({
      measured: '50.0 s of 1',
      reached: true,
    });
  });

  test('ask whether reads go on only where the policy lets them', () => {
    const name = 'dead store: longest without reads, p95';
    expect(figureNamed(name, [[{ ...report, readsAwayMs: 11_000 }]])).toMatchObject({ reached: false });
    expect(figureNamed(name, [[{ ...report, readsAwayMs: 11_000, goesOn: [] }]])).toBeUndefined();
  });

  test('ask for 80 runs within 45 minutes, in proportion where more were held', () => {
    const held = (rounds: number, minutes: number) =>
      figuresOf(
        Array.from({ length: rounds }, () => [report]),
        minutes,
      ).at(-1)?.reached;
    expect([held(80, 45), held(80, 46), held(100, 56), held(100, 57), held(79, 20)]).toEqual([
      ...[true, false, true, false, false],
    ]);
  });

  test('ask of a promotion when writes were taken again', () => {
    const promoted = { ...report, mode: 'PROMOTING', writesAwayMs: 11_000 };
    expect(figureNamed('dead authority: longest without writes, promoted, p95', [[promoted]])).toMatchObject({
      reached: false,
    });
  });
});
