import { setTimeout as sleep } from 'node:timers/promises';
import { makeClient } from '@layers/contract/client';
import { lab } from '@layers/contract/lab';
import { compareFollower } from '@layers/domain/redundancy/compare';
import { replicaOf } from '@layers/domain/redundancy/copies';
import { takeLease } from '@layers/domain/redundancy/lease';
import type { LogEntry } from '@layers/domain/redundancy/log';
import { dynamodbClient } from '@layers/stores/clients';
import { findLost } from './lost-writes.ts';
import { type OpenProtocol, openProtocol } from './open-protocol.ts';
import { patienceMs, patiently, until } from './patience.ts';
import { rebuildGroup } from './rebuild-group.ts';
import { wipeTable } from './wipe-table.ts';
import { type Acknowledged, type Attempt, type Workload, workloads } from './workload.ts';

/** How a store fails, as a fault of the lab. `slow` is beyond every timeout: its effects land late. */
export const failures = {
  kill: { kind: 'down' },
  hang: { kind: 'hang' },
  slow: { kind: 'delay', delayMs: 3_000 },
  'drop-after-effect': { kind: 'drop-reply' },
} as const;
export type Failure = keyof typeof failures;

export interface Drill {
  readonly group: string;
  readonly role: 'authority' | 'follower';
  readonly failure: Failure;
  /** The authority is wiped while it is down, and rebuilt from the documents. */
  readonly wiped?: boolean;
}

export interface DrillSetting {
  readonly endpoint: string;
  readonly apiUrl: string;
  readonly labUrl: string;
  readonly say: (text: string) => void;
}

export interface DrillReport {
  readonly drill: string;
  readonly group: string;
  readonly store: string;
  readonly acknowledged: number;
  readonly requestsPerSecond: number;
  /** Acknowledged and absent from a store at the end. */
  readonly lost: readonly string[];
  /** Without an answer at the end, though each was repeated with its key. */
  readonly unresolved: number;
  /** What does not add up: orders nobody was told of, units that are missing. */
  readonly wrong: readonly string[];
  /** Records that differ between the stores at the end. */
  readonly differing: number;
  /** All from the fault on, milliseconds; absent: it did not come about. */
  readonly noticedMs: number | undefined;
  readonly mode: string | undefined;
  readonly modeMs: number | undefined;
  readonly readsBackMs: number | undefined;
  readonly writesBackMs: number | undefined;
  /** From the repair on. */
  readonly normalMs: number;
  /** Of the replicas, at the moment of the fault. */
  readonly rpoWrites: number;
  readonly rpoMs: number;
  readonly startedAtMs: number;
  readonly faultAtMs: number;
  readonly mendedAtMs: number;
  readonly endedAtMs: number;
  readonly modes: readonly { readonly atMs: number; readonly mode: string }[];
  readonly attempts: readonly Attempt[];
}

const warmUpWrites = 20;
const holdMs = 6_000;

export const nameOf = ({ group, role, failure, wiped }: Drill) =>
  `${group} ${role} ${failure}${wiped === true ? ' wiped' : ''}`;

/** Waits for the lease that a change of mode has to leave the one before. */
async function untilQuiet(protocol: OpenProtocol, group: string): Promise<void> {
  const { env } = protocol;
  const { leaseMs, leaseMarginMs } = env.settings;
  await until(`${group} is NORMAL and its last change is old enough`, async () => {
    const control = await env.control.readControl(group);
    return control?.mode === 'NORMAL' && Date.now() > control.changedAtMs + leaseMs + leaseMarginMs;
  });
}

/** Acknowledged before the fault and not yet in its replica, as if the authority and its follower were lost just then. */
async function replicaGap(
  protocol: OpenProtocol,
  group: string,
  before: readonly Acknowledged[],
  atMs: number,
) {
  const context = protocol.contextOf(group);
  const lease = await takeLease(context.env, group);
  const missing: number[] = [];
  for (const replica of context.group.replicas) {
    const taken = before.filter(({ recordId }) =>
      replica.prefixes.some((prefix) => recordId.startsWith(prefix)),
    );
    const held = await Promise.all(
      taken.map(({ recordId }) => replicaOf(replica).read(context.env, lease, recordId)),
    );
    for (const [index, { atMs: acknowledgedAtMs }] of taken.entries())
      if (held[index]?.record === undefined) missing.push(acknowledgedAtMs);
  }
  return {
    rpoWrites: missing.length,
    rpoMs: missing.length === 0 ? 0 : Math.max(0, atMs - Math.min(...missing)),
  };
}

const firstAfter = (attempts: readonly Attempt[], atMs: number, is: (attempt: Attempt) => boolean) => {
  const found = attempts.filter((one) => one.sentAtMs >= atMs && is(one));
  return found.length === 0 ? undefined : Math.min(...found.map(({ endedAtMs }) => endedAtMs)) - atMs;
};

/** When a kind of request was answered again for good: after the last failure before its first success since then. */
function backAfter(attempts: readonly Attempt[], kind: Attempt['kind'], faultAtMs: number, untilMs: number) {
  const during = attempts.filter(
    (one) => one.kind === kind && one.sentAtMs >= faultAtMs && one.endedAtMs <= untilMs,
  );
  const failed = during.filter(({ succeeded }) => !succeeded);
  const from = failed.length === 0 ? faultAtMs : Math.min(...failed.map(({ endedAtMs }) => endedAtMs));
  const answered = during.filter((one) => one.succeeded && one.endedAtMs >= from);
  return answered.length === 0
    ? undefined
    : Math.min(...answered.map(({ endedAtMs }) => endedAtMs)) - faultAtMs;
}

async function breakAndMend(
  drill: Drill,
  setting: DrillSetting,
  protocol: OpenProtocol,
  store: string,
): Promise<{ faultAtMs: number; mendedAtMs: number }> {
  const client = makeClient(lab, { baseUrl: setting.labUrl, timeoutMs: 30_000 });
  const { group, wiped } = drill;
  const faultAtMs = Date.now();
  try {
    await client.setFault({ body: { store, only: group, ...failures[drill.failure] } });
    await until(`${group} leaves NORMAL`, async () => {
      const control = await protocol.env.control.readControl(group);
      return control?.mode !== 'NORMAL';
    });
    await sleep(holdMs);
    if (wiped === true) {
      const table = protocol.names.tables[store]?.[group] ?? '';
      setting.say(`  wiped: ${await wipeTable(dynamodbClient(), table)} items of ${table}`);
    }
  } finally {
    await client.clearFaults();
  }
  const mendedAtMs = Date.now();
  if (wiped === true)
    await rebuildGroup(protocol.contextOf(group), patienceMs * 2, (step) => setting.say(`  ${step}`));
  return { faultAtMs, mendedAtMs };
}

async function judge(
  drill: Drill,
  protocol: OpenProtocol,
  work: Workload,
): Promise<Pick<DrillReport, 'lost' | 'unresolved' | 'wrong' | 'differing'>> {
  const unresolved = await work.settle(patienceMs);
  const lost = await findLost(protocol, drill.group, work.acknowledged);
  const compared = await patiently(() => compareFollower(protocol.contextOf(drill.group), false));
  return { lost, unresolved, wrong: await work.audit(), differing: compared?.differing.length ?? -1 };
}

/**
 * Breaks one store of a group on the deployed stack while clients write and record every acknowledgement, mends it,
 * waits for NORMAL, and looks into both stores. @throws Error where it does not come back.
 */
export async function drillStore(drill: Drill, setting: DrillSetting): Promise<DrillReport> {
  const protocol = await openProtocol(setting.endpoint);
  const { group } = drill;
  const startedAtMs = Date.now();
  await untilQuiet(protocol, group);
  const start = workloads[group];
  if (start === undefined) throw new Error(`Nobody writes to ${group} in a drill.`);
  const work = await start(setting.apiUrl);
  try {
    await until('clients write', () => work.acknowledged.length >= warmUpWrites);
    const control = await protocol.env.control.readControl(group);
    const store = control?.[drill.role] ?? '';
    const before = [...work.acknowledged];
    const atMs = Date.now();
    const gap = await patiently(() => replicaGap(protocol, group, before, atMs));
    const { faultAtMs, mendedAtMs } = await breakAndMend(drill, setting, protocol, store);
    await until(`${group} is NORMAL again`, async () => {
      const now = await protocol.env.control.readControl(group);
      return now?.mode === 'NORMAL';
    });
    const normalAtMs = Date.now();
    await sleep(1_000);
    const verdict = await judge(drill, protocol, work);
    const entries = await protocol.log.listEntries(group, 100);
    const report = {
      drill: nameOf(drill),
      group,
      store,
      ...gap,
      ...verdict,
      ...timesOf(work, entries, { startedAtMs, faultAtMs, mendedAtMs, normalAtMs }),
    };
    await keepReport(protocol, report);
    return report;
  } finally {
    await work.settle(0);
  }
}

interface Times {
  readonly startedAtMs: number;
  readonly faultAtMs: number;
  readonly mendedAtMs: number;
  readonly normalAtMs: number;
}

function timesOf(work: Workload, entries: readonly LogEntry[], times: Times) {
  const { startedAtMs, faultAtMs, mendedAtMs, normalAtMs } = times;
  const modes = entries
    .filter(({ event, atMs }) => event === 'mode' && atMs >= faultAtMs)
    .map(({ atMs, mode = '' }) => ({ atMs, mode }))
    .toReversed();
  const { attempts, acknowledged } = work;
  const firstSentAtMs = attempts[0]?.sentAtMs ?? startedAtMs;
  const answered = attempts.filter(({ sentAtMs }) => sentAtMs < faultAtMs).length;
  const [first] = modes;
  return {
    acknowledged: acknowledged.length,
    requestsPerSecond: (answered * 1_000) / Math.max(1, faultAtMs - firstSentAtMs),
    noticedMs: firstAfter(attempts, faultAtMs, ({ succeeded }) => !succeeded),
    mode: first?.mode,
    modeMs: first === undefined ? undefined : first.atMs - faultAtMs,
    readsBackMs: backAfter(attempts, 'read', faultAtMs, normalAtMs),
    writesBackMs: backAfter(attempts, 'write', faultAtMs, normalAtMs),
    normalMs: normalAtMs - mendedAtMs,
    startedAtMs: firstSentAtMs,
    faultAtMs,
    mendedAtMs,
    endedAtMs: Date.now(),
    modes,
    attempts: [...attempts],
  };
}

async function keepReport(protocol: OpenProtocol, report: DrillReport): Promise<void> {
  const { group, drill, lost, rpoWrites, rpoMs, writesBackMs: rtoMs, noticedMs: detectedMs } = report;
  await protocol.log.keepDrill(group, {
    ...{ atMs: Date.now(), drill, lostSyncedWrites: lost.length, rpoWrites, rpoMs, rtoMs, detectedMs },
  });
}
