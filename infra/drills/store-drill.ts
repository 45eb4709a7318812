import { setTimeout as sleep } from 'node:timers/promises';
import { makeClient } from '@layers/contract/client';
import { lab } from '@layers/contract/lab';
import { redundancy } from '@layers/contract/redundancy';
import { compareFollower } from '@layers/domain/redundancy/compare';
import { compareReplica } from '@layers/domain/redundancy/replicate';
import { dynamodbClient } from '@layers/stores/clients';
import { type Drill, type DrillReport, type DrillSetting, failures, nameOf } from './drill.ts';
import { timesOf } from './drill-times.ts';
import { findLost } from './lost-writes.ts';
import { type OpenProtocol, openProtocol } from './open-protocol.ts';
import { mendingMs, patienceMs, patiently, until } from './patience.ts';
import { rebuildGroup } from './rebuild-group.ts';
import { replicaGap } from './replica-gap.ts';
import { wipeTable } from './wipe-table.ts';
import { type Workload, workloads } from './workload.ts';

const warmUpWrites = 20;
const holdMs = 6_000;

/** Waits for the lease that a change of mode has to leave the one before. */
async function untilQuiet(protocol: OpenProtocol, group: string): Promise<void> {
  const { env } = protocol;
  const { leaseMs, leaseMarginMs } = env.settings;
  const isQuiet = async () => {
    const control = await env.control.readControl(group);
    return control?.mode === 'NORMAL' && Date.now() > control.changedAtMs + leaseMs + leaseMarginMs;
  };
  await until(`${group} is NORMAL and its last change is old enough`, isQuiet, mendingMs);
}

/** Breaks the store, holds it so, and takes the fault back whatever comes. @returns when it was set and cleared */
async function breakAndMend(
  drill: Drill,
  setting: DrillSetting,
  protocol: OpenProtocol,
  store: string,
): Promise<{ faultAtMs: number; mendedAtMs: number }> {
  const client = makeClient(lab, { baseUrl: setting.labUrl, timeoutMs: 30_000 });
  const { group, wiped, role } = drill;
  const faultAtMs = Date.now();
  const { id } = (await client.setFault({ body: { store, only: group, ...failures[drill.failure] } })).body;
  try {
    if (role !== 'replica')
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
    await client.clearFault({ path: { id } });
  }
  return { faultAtMs, mendedAtMs: Date.now() };
}

/** A follower and an authority come back by themselves; a wiped one is rebuilt and a replica repaired, as a person would. */
async function untilMended(drill: Drill, setting: DrillSetting, protocol: OpenProtocol): Promise<void> {
  const { group, wiped, role } = drill;
  if (wiped === true)
    await rebuildGroup(protocol.contextOf(group), protocol.turns, mendingMs, (step) =>
      setting.say(`  ${step}`),
    );
  if (role === 'replica') {
    const operators = makeClient(redundancy, { baseUrl: setting.apiUrl, timeoutMs: 30_000 });
    // Refused while a store is slow to answer: whoever repairs asks again.
    await until(`${group} is repaired`, async () =>
      operators.repairGroup({ path: { subject: group } }).then(
        () => true,
        () => false,
      ),
    );
  }
  const isNormal = async () => (await protocol.env.control.readControl(group))?.mode === 'NORMAL';
  await until(`${group} is NORMAL again`, isNormal, mendingMs);
}

/** How many records differ; a replica that takes what was changed meanwhile is given the time for it. */
async function countDiffering(drill: Drill, protocol: OpenProtocol): Promise<number> {
  const context = protocol.contextOf(drill.group);
  const compared = await patiently(() => compareFollower(context, false));
  let differing = compared?.differing.length ?? -1;
  const replica = context.group.replicas.find(({ store }) => store === drill.replica);
  if (replica === undefined) return differing;
  let behind = 0;
  await until(`${replica.store} has what changed`, async () => {
    behind = (await patiently(() => compareReplica(context, replica, false))).differing.length;
    return behind === 0;
  }).catch(() => undefined);
  differing += behind;
  return differing;
}

async function judge(
  drill: Drill,
  protocol: OpenProtocol,
  work: Workload,
): Promise<Pick<DrillReport, 'lost' | 'unresolved' | 'wrong' | 'differing'>> {
  const unresolved = await work.settle(patienceMs);
  const lost = await findLost(protocol, drill.group, work.acknowledged);
  const wrong = await work.audit();
  return { lost, unresolved, wrong, differing: await countDiffering(drill, protocol) };
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
    const control = await patiently(() => protocol.env.control.readControl(group));
    const store = drill.role === 'replica' ? drill.replica : control?.[drill.role];
    if (store === undefined) throw new Error(`${group} has no ${drill.role}.`);
    const before = [...work.acknowledged];
    const atMs = Date.now();
    const gap = await patiently(() => replicaGap(protocol, group, before, atMs));
    const { faultAtMs, mendedAtMs } = await breakAndMend(drill, setting, protocol, store);
    await untilMended(drill, setting, protocol);
    const normalAtMs = Date.now();
    await sleep(1_000);
    const verdict = await judge(drill, protocol, work);
    const entries = await protocol.log.listEntries(group, 100);
    const { acknowledged } = work;
    const report: DrillReport = {
      drill: nameOf(drill),
      ...{ group, store, failure: drill.failure, acknowledged: acknowledged.length },
      synced: acknowledged.filter(({ mirror }) => mirror === 'synced').length,
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

async function keepReport(protocol: OpenProtocol, report: DrillReport): Promise<void> {
  const { group, drill, lost, rpoWrites, rpoMs, writesBackMs: rtoMs, noticedMs: detectedMs } = report;
  await protocol.log.keepDrill(group, {
    ...{ atMs: Date.now(), drill, lostSyncedWrites: lost.length, rpoWrites, rpoMs, rtoMs, detectedMs },
  });
}
