import { beforeAll, describe, expect, test } from '@jest/globals';
import { type DrillReport, drillServer } from '../../infra/drills/server-drill.ts';
import { apiUrl, endpoint } from '../setup/stack.ts';

let report: DrillReport;
const story: string[] = [];

beforeAll(async () => {
  report = await drillServer({
    endpoint,
    apiUrl,
    failure: 'crash',
    stop: new AbortController().signal,
    say: (_seconds, step) => story.push(step),
  });
}, 300_000);

describe('a server that fails for real while clients buy', () => {
  test('loses none of their orders and doubles none: they go to another server with the same key', () => {
    expect(report.orders).toBeGreaterThan(5);
    expect({ lost: report.lost, doubled: report.doubled, missing: report.stockMissing }).toEqual({
      lost: [],
      doubled: 0,
      missing: 0,
    });
  });

  test('fails a client that goes on to another server and gets its order there, with the same key', () => {
    expect(report.movedToAnotherServer).toBeGreaterThan(0);
    expect(story.find((step) => step.includes('met the failure of'))).toContain('tandem-alpha');
  });

  test('is handed out no longer than its lease and a second', () => {
    expect(report.handedOutMs).toBeLessThanOrEqual(report.handedOutMaxMs);
  });

  test('is handed out again after its repair, and sells', () => {
    expect(report.soldByAlphaAgain).toBeGreaterThan(0);
  });

  test('has its story told in order', () => {
    const told = [
      'are alive',
      'Two clients buy',
      'is broken',
      'met the failure of tandem-alpha',
      'has left',
      'more orders meanwhile',
      'is mended',
      'is back',
      'sells again',
    ];
    const found = told.map((part) => story.findIndex((step) => step.includes(part)));
    expect(found).not.toContain(-1);
    expect(found).toEqual(found.toSorted((one, other) => one - other));
  });
});
