import { beforeAll, describe, expect, test } from '@jest/globals';
import { type ConsensusDrillReport, drillConsensus } from '../../infra/drills/consensus-drill.ts';
import { apiUrl } from '../setup/stack.ts';

let report: ConsensusDrillReport;

beforeAll(async () => {
  report = await drillConsensus({ apiUrl, port: 5601, outcomes: 10, say: () => undefined });
}, 300_000);

describe('five members in other processes, of which one hangs, one lies and one dies', () => {
  test('fail no prediction', () => {
    expect(report.failed).toEqual([]);
    expect(report.asked).toBe(10);
  });

  test('are named as they are', () => {
    expect(report.statuses).toMatchObject({
      'drill-hanging': 'late',
      'drill-dead': 'unreachable',
      'drill-lying': 'answered',
      'drill-logistic': 'answered',
    });
  });

  test('answer again once they are mended, from the same addresses and with the same keys', () => {
    expect(report.statusesAfter).toMatchObject({ 'drill-hanging': 'answered', 'drill-dead': 'answered' });
  });

  test('weigh nothing before they have been scored', () => {
    const joined = report.members.filter(({ name }) => name.startsWith('drill-'));
    expect(joined.map(({ probation, weight }) => [probation > 0, weight])).toEqual(
      Array.from({ length: 5 }, () => [true, 0]),
    );
  });
});
