import { beforeAll, describe, expect, test } from '@jest/globals';
import { drillStakes, type StakesDrillReport } from '../../infra/drills/stakes-drill.ts';
import { stakesVerdicts } from '../../infra/drills/stakes-verdicts.ts';
import { apiUrl } from '../setup/stack.ts';

let report: StakesDrillReport;
const story: string[] = [];

beforeAll(async () => {
  report = await drillStakes({ apiUrl, port: 5611, rounds: 1, say: (_seconds, step) => story.push(step) });
}, 400_000);

describe('a liar with stake, in a process of its own', () => {
  test('loses it, is put out for a reveal that does not match, and takes nobody else’s', () => {
    expect(stakesVerdicts(report).filter(({ kept }) => !kept)).toEqual([]);
    const [before, lied, switched] = report.rounds.map(({ stakes }) => stakes.get(report.liar) ?? 0n);
    expect(before).toBe(100_000_000n);
    // A tenth of the wagered 75 units is the most that wagering takes in a round.
    expect(lied).toBeGreaterThanOrEqual(92_500_000n);
    expect(lied).toBeLessThan(97_000_000n);
    expect(switched).toBe(0n);
    expect(report.rounds.at(-1)?.insurance).toBeGreaterThan(0n);
  });

  test('has its story told in order', () => {
    const told = ['have joined and staked', 'round 1', 'goes further', 'last round', 'entries of the ledger'];
    const found = told.map((part) => story.findIndex((step) => step.includes(part)));
    expect(found).not.toContain(-1);
    expect(found).toEqual(found.toSorted((one, other) => one - other));
  });
});
