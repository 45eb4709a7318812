import { beforeAll, describe, expect, test } from '@jest/globals';
import { type DrillReport, isKept } from '../../infra/drills/drill.ts';
import { shortDrills } from '../../infra/drills/drill-plan.ts';
import type { Attempt } from '../../infra/drills/store-clients/workload.ts';
import { drillStore } from '../../infra/drills/store-drill.ts';
import { stateFolderFrom } from '../../infra/emulator/paths.ts';
import { readState } from '../../infra/emulator/state-file.ts';
import { apiUrl, endpoint } from '../setup/stack.ts';

const story: string[] = [];
const reports: DrillReport[] = [];
const reportOf = (name: string) => reports.find(({ drill }) => drill === name);
const modesOf = (name: string) => reportOf(name)?.modes.map(({ mode }) => mode);

beforeAll(async () => {
  const labUrl = readState(stateFolderFrom(process.env))?.labUrl;
  if (labUrl === undefined) throw new Error('This emulator has no fault proxy.');
  const setting = { endpoint, apiUrl, labUrl, say: (text: string) => story.push(text) };
  for (const lost of ['follower', 'authority']) {
    const atOnce = shortDrills.filter(({ role }) => role === lost);
    reports.push(...(await Promise.all(atOnce.map((drill) => drillStore(drill, setting)))));
  }
}, 600_000);

describe('a store that is lost while clients write', () => {
  test('takes nothing acknowledged with it, leaves no outcome open; what is repeated meets its own; nothing differs', () => {
    const verdicts = reports.map(({ drill, lost, unresolved, wrong, differing }) => ({
      ...{ drill, lost, unresolved, wrong, differing },
    }));
    const kept = { lost: [], unresolved: 0, wrong: [], differing: 0 };
    expect(verdicts).toEqual(reports.map(({ drill }) => ({ drill, ...kept })));
    expect(reports.map(isKept)).toEqual(shortDrills.map(() => true));
    for (const { acknowledged } of reports) expect(acknowledged).toBeGreaterThan(20);
  });

  test('is left by the group without anybody’s help: S3 by going on alone, the table by reading documents', () => {
    const modes = ['shop follower kill', 'shop authority kill wiped'].map((name) => reportOf(name)?.mode);
    expect(modes).toEqual(['A_ONLY', 'READ_ONLY']);
  });

  test('does not stop what its policy lets go on: writes without S3, reads without the table', () => {
    const answered = (name: string, kind: 'read' | 'write') => {
      const { attempts = [], modes = [], mendedAtMs = 0 } = reportOf(name) ?? {};
      const leftAtMs = modes[0]?.atMs ?? mendedAtMs;
      const meanwhile = attempts.filter((one) => one.sentAtMs > leftAtMs && one.endedAtMs < mendedAtMs);
      return meanwhile.filter((one) => one.kind === kind && one.succeeded).length;
    };
    expect(answered('shop follower kill', 'write')).toBeGreaterThan(0);
    expect(answered('shop authority kill wiped', 'read')).toBeGreaterThan(0);
  });

  test('comes back by itself, or, wiped, is rebuilt from the documents alone in a new epoch and era', () => {
    expect(modesOf('shop follower kill')).toEqual(['A_ONLY', 'CATCHUP', 'NORMAL']);
    expect(modesOf('shop authority kill wiped')).toEqual(['READ_ONLY', 'REBUILD', 'CATCHUP', 'NORMAL']);
    expect(story.some((step) => step.includes('wiped:'))).toBe(true);
  });

  test('lets the strict ledger acknowledge nothing in one store alone, and take credits again once both are there', () => {
    const ledger = reportOf('ledger follower kill');
    expect(ledger?.synced).toBe(ledger?.acknowledged);
    expect(modesOf('ledger follower kill')).toEqual(['A_ONLY', 'CATCHUP', 'NORMAL']);
  });

  test('stops the predictions, which have no other, until it is back: no mode changes, and replicas become alike', () => {
    const predictions = reportOf('predictions authority kill');
    expect(predictions?.modes).toEqual([]);
    expect(predictions?.synced).toBe(0);
    expect(predictions?.rpo.periodic).toBeDefined();
    const isBack = ({ kind, sentAtMs, succeeded }: Attempt) =>
      kind === 'write' && succeeded && sentAtMs > (predictions?.mendedAtMs ?? Number.POSITIVE_INFINITY);
    expect(predictions?.attempts.some(isBack)).toBe(true);
  });
});
