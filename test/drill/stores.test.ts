import { beforeAll, describe, expect, test } from '@jest/globals';
import { type DrillReport, isKept } from '../../infra/drills/drill.ts';
import { shortDrills } from '../../infra/drills/drill-plan.ts';
import { drillStore } from '../../infra/drills/store-drill.ts';
import { stateFolderFrom } from '../../infra/emulator/paths.ts';
import { readState } from '../../infra/emulator/state-file.ts';
import { apiUrl, endpoint } from '../setup/stack.ts';

const story: string[] = [];
const reports: DrillReport[] = [];

beforeAll(async () => {
  const labUrl = readState(stateFolderFrom(process.env))?.labUrl;
  if (labUrl === undefined) throw new Error('This emulator has no fault proxy.');
  const setting = { endpoint, apiUrl, labUrl, say: (text: string) => story.push(text) };
  for (const drill of shortDrills) reports.push(await drillStore(drill, setting));
}, 600_000);

describe('a store that is lost while clients buy', () => {
  test('takes no acknowledged order with it, leaves no outcome open; repeated orders meet their own; nothing differs', () => {
    const verdicts = reports.map(({ drill, lost, unresolved, wrong, differing }) => ({
      ...{ drill, lost, unresolved, wrong, differing },
    }));
    const kept = { lost: [], unresolved: 0, wrong: [], differing: 0 };
    expect(verdicts).toEqual(reports.map(({ drill }) => ({ drill, ...kept })));
    expect(reports.map(isKept)).toEqual([true, true]);
    for (const { acknowledged } of reports) expect(acknowledged).toBeGreaterThan(20);
  });

  test('is left by the group without anybody’s help: S3 by going on alone, the table by reading documents', () => {
    expect(reports.map(({ mode }) => mode)).toEqual(['A_ONLY', 'READ_ONLY']);
  });

  test('does not stop what its policy lets go on: writes without S3, reads without the table', () => {
    expect(reports[0]?.writesBackMs).toBeDefined();
    expect(reports[1]?.readsBackMs).toBeDefined();
  });

  test('comes back by itself, or, wiped, is rebuilt from the documents alone in a new epoch and era', () => {
    expect(reports[0]?.modes.map(({ mode }) => mode)).toEqual(['A_ONLY', 'CATCHUP', 'NORMAL']);
    expect(reports[1]?.modes.map(({ mode }) => mode)).toEqual(['READ_ONLY', 'REBUILD', 'CATCHUP', 'NORMAL']);
    expect(story.some((step) => step.includes('wiped:'))).toBe(true);
  });
});
