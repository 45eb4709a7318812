import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { makeClient } from '@layers/contract/client';
import { redundancy } from '@layers/contract/redundancy';
import { type DrillReport, isKept } from '../../infra/drills/drill.ts';
import { drillStore } from '../../infra/drills/store-drill.ts';
import { onOwnEmulator } from '../../infra/emulator/own-emulator.ts';
import { tandemFolder } from '../../infra/emulator/paths.ts';
import { Phases } from '../../infra/emulator/phases.ts';

let report: DrillReport;
let follower: string | undefined;

// A deployment of its own, `-c shopFollower=dynamodb`: the stores of a group cannot be exchanged under it.
beforeAll(async () => {
  const before = { ...process.env };
  const own = {
    stateFolder: join(tandemFolder, `test-${process.pid}`),
    shopFollower: 'dynamodb' as const,
    phases: new Phases(process.stderr),
    signal: new AbortController().signal,
  };
  try {
    report = await onOwnEmulator(own, async ({ endpoint, apiUrl, labUrl = '' }) => {
      const { body } = await makeClient(redundancy, { baseUrl: apiUrl, timeoutMs: 60_000 }).readRedundancy();
      follower = body.groups.find(({ name }) => name === 'shop')?.follower?.structure;
      const setting = { endpoint, apiUrl, labUrl, say: () => undefined };
      return drillStore({ group: 'shop', role: 'authority', failure: 'kill' }, setting);
    });
    await rm(own.stateFolder, { recursive: true, force: true });
  } finally {
    // The drill puts its deployment's names there; other suites have another deployment.
    process.env = before;
  }
}, 600_000);

describe('a shop that is mirrored into a second table', () => {
  test('is deployed by one context value', () => {
    expect(follower).toBe('rows');
  });

  test('loses nothing when its authority dies while clients buy: the mirror is promoted, and takes orders', () => {
    const { drill, lost, unresolved, wrong, differing } = report;
    expect({ drill, lost, unresolved, wrong, differing }).toEqual({
      ...{ drill: 'shop authority kill', lost: [], unresolved: 0, wrong: [], differing: 0 },
    });
    expect(isKept(report)).toBe(true);
    expect(report.acknowledged).toBeGreaterThan(20);
    const [promoting, , catchup] = report.modes;
    const meanwhile = report.attempts.filter(
      ({ sentAtMs, endedAtMs }) => sentAtMs > (promoting?.atMs ?? 0) && endedAtMs < (catchup?.atMs ?? 0),
    );
    expect(meanwhile.some(({ kind, succeeded }) => kind === 'write' && succeeded)).toBe(true);
  });

  test('makes the dead table its mirror once that answers again', () => {
    expect(report.modes.map(({ mode }) => mode)).toEqual(['PROMOTING', 'A_ONLY', 'CATCHUP', 'NORMAL']);
  });
});
