import { setTimeout as sleep } from 'node:timers/promises';
import { makeClient } from '@layers/contract/client';
import { lab } from '@layers/contract/lab';
import { redundancy } from '@layers/contract/redundancy';
import { compareFollower } from '@layers/domain/redundancy/compare';
import { compareReplica } from '@layers/domain/redundancy/replicate';
import { dynamodbClient } from '@layers/stores/clients';
import { type Drill, type DrillReport, type DrillSetting, failures, nameOf } from './drill.ts';
import { timesOf } from './drill-times.ts';
import { answeredWrongly, isMetByClients, type Loss, lossOf } from './losses.ts';
import { findLost } from './lost-writes.ts';
import { type OpenProtocol, openProtocol } from './open-protocol.ts';
import { mendingMs, patienceMs, patiently, until } from './patience.ts';
import { rebuildGroup } from './rebuild-group.ts';
import { replicaGaps, wholeGap } from './replica-gap.ts';
import type { Workload } from './store-clients/workload.ts';
import { workloads } from './store-clients/workloads.ts';
import { wipeTable } from './wipe-table.ts';

const warmUpWrites = 20;
const holdMs = 4_000;
/** A replica that is fed periodically is fed each minute, by a busy machine somewhat later. */
const periodMs = 120_000;

/** A drill that is being held. */
interface Held {
  readonly drill: Drill;
  readonly setting: DrillSetting;
  readonly protocol: OpenProtocol;
  readonly work: Workload;
  readonly loss: Loss;
}

/** When the store was away: surely between `brokenAtMs` and `mendingAtMs`, perhaps between the other two. */
interface Outage {
  readonly faultAtMs: number;
  readonly brokenAtMs: number;
  readonly mendingAtMs: number;
  readonly mendedAtMs: number;
}

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

/** Breaks the store, holds it so, and takes the fault back whatever comes. */
async function breakAndMend(held: Held, store: string): Promise<Outage> {
  const { drill, setting, protocol } = held;
  const client = makeClient(lab, { baseUrl: setting.labUrl, timeoutMs: 30_000 });
  const { group, wiped } = drill;
  const faultAtMs = Date.now();
  const { id } = (await client.setFault({ body: { store, only: group, ...failures[drill.failure] } })).body;
  const brokenAtMs = Date.now();
  let mendingAtMs: number;
  try {
    await untilNoticed(held, faultAtMs, async () => {
      const { faults } = (await client.readLab()).body;
      return faults.some((fault) => fault.id === id && fault.met > 0);
    });
    await sleep(holdMs);
    if (wiped === true) {
      const table = protocol.names.tables[store]?.[group] ?? '';
      setting.say(`  wiped: ${await wipeTable(dynamodbClient(), table)} items of ${table}`);
    }
  } finally {
    mendingAtMs = Date.now();
    await client.clearFault({ path: { id } });
  }
  return { faultAtMs, brokenAtMs, mendingAtMs, mendedAtMs: Date.now() };
}

/** By the group, or by its clients alone; of a replica only by whoever copies. */
async function untilNoticed(
  { drill, protocol, work, loss }: Held,
  faultAtMs: number,
  isMet: () => Promise<boolean>,
): Promise<void> {
  const { group } = drill;
  if (loss.leavesNormal)
    await until(`${group} leaves NORMAL`, async () => {
      const control = await protocol.env.control.readControl(group);
      return control?.mode !== 'NORMAL';
    });
  else if (loss.stops.length > 0)
    await until(`clients of ${group} notice`, () =>
      work.attempts.some(({ sentAtMs, succeeded }) => sentAtMs >= faultAtMs && !succeeded),
    );
  else await until(`${group} copies to ${drill.replica}`, isMet, periodMs);
}

async function repair({ drill, setting }: Held): Promise<void> {
  const operators = makeClient(redundancy, { baseUrl: setting.apiUrl, timeoutMs: 30_000 });
  const path = { subject: drill.group };
  let from: string | undefined;
  // Refused while a store is slow to answer: whoever repairs asks again.
  const isRepaired = async () => {
    const repaired = await operators.repairGroup({ path, query: { from } }).catch(() => undefined);
    if (repaired !== undefined) from = repaired.body.next;
    return repaired !== undefined && from === undefined;
  };
  await until(`${drill.group} is repaired`, isRepaired, mendingMs);
}

/** A store comes back by itself; a wiped one is rebuilt, and most replicas are repaired, as a person would. */
async function untilMended(held: Held, { mendedAtMs }: Outage): Promise<void> {
  const { drill, setting, protocol, work, loss } = held;
  const { group, wiped } = drill;
  if (wiped === true)
    await rebuildGroup(protocol.contextOf(group), protocol.turns, mendingMs, (step) =>
      setting.say(`  ${step}`),
    );
  if (loss.repaired === 'once mended') await repair(held);
  const isNormal = async () => (await protocol.env.control.readControl(group))?.mode === 'NORMAL';
  await until(`${group} is NORMAL again`, isNormal, mendingMs);
  if (!loss.leavesNormal)
    await until(`clients of ${group} write again`, () =>
      work.acknowledged.some(({ atMs }) => atMs > mendedAtMs),
    );
}

/** How many records differ; a replica that takes what was changed meanwhile is given the time for it. */
async function countDiffering({ drill, protocol, loss }: Held): Promise<number> {
  const context = protocol.contextOf(drill.group);
  const isJudged = (store: string) => store === drill.replica || loss.repaired === 'at the end';
  let differing = 0;
  if (context.group.follower !== undefined)
    differing += (await patiently(() => compareFollower(context, false)))?.differing.length ?? -1;
  for (const replica of context.group.replicas.filter(({ store }) => isJudged(store))) {
    let behind = 0;
    const isAlike = async () => {
      behind = (await patiently(() => compareReplica(context, replica, false))).differing.length;
      return behind === 0;
    };
    await until(`${replica.store} has what changed`, isAlike, periodMs).catch(() => undefined);
    differing += behind;
  }
  return differing;
}

async function judge(
  held: Held,
  { brokenAtMs, mendingAtMs }: Outage,
): Promise<Pick<DrillReport, 'lost' | 'unresolved' | 'wrong' | 'differing'>> {
  const { drill, protocol, work, loss } = held;
  const unresolved = await work.settle(patienceMs);
  const lost = await findLost(protocol, drill.group, work.acknowledged);
  const away = { fromMs: brokenAtMs, toMs: mendingAtMs };
  const wrong = [
    ...(await work.audit()),
    ...answeredWrongly(protocol.contextOf(drill.group).group, loss, away, work),
  ];
  if (loss.repaired === 'at the end') await repair(held);
  return { lost, unresolved, wrong, differing: await countDiffering(held) };
}

/**
 * Breaks one store of a group on the deployed stack while clients write and record every acknowledgement, mends it,
 * waits for NORMAL, and looks into both stores. @throws Error where it does not come back.
 */
export async function drillStore(drill: Drill, setting: DrillSetting): Promise<DrillReport> {
  const protocol = await openProtocol(setting.endpoint);
  const { group } = drill;
  const startedAtMs = Date.now();
  const start = workloads[group];
  if (start === undefined) throw new Error(`Nobody writes to ${group} in a drill.`);
  const work = await start(setting.apiUrl);
  const loss = lossOf(drill, protocol.contextOf(group).group);
  const held = { drill, setting, protocol, work, loss };
  try {
    await until('clients write', () => work.acknowledged.length >= warmUpWrites, mendingMs);
    await untilQuiet(protocol, group);
    const control = await patiently(() => protocol.env.control.readControl(group));
    const store = drill.role === 'replica' ? drill.replica : control?.[drill.role];
    if (store === undefined) throw new Error(`${group} has no ${drill.role}.`);
    const before = [...work.acknowledged];
    const atMs = Date.now();
    const gaps = await patiently(() => replicaGaps(protocol, group, before, atMs));
    const outage = await breakAndMend(held, store);
    await untilMended(held, outage);
    const { faultAtMs, mendedAtMs } = outage;
    const normalAtMs = Date.now();
    const verdict = await judge(held, outage);
    const entries = await patiently(() => protocol.log.listEntries(group, 100));
    const { acknowledged } = work;
    const report: DrillReport = {
      drill: nameOf(drill),
      ...{ group, store, failure: drill.failure, goesOn: loss.goesOn, acknowledged: acknowledged.length },
      synced: acknowledged.filter(({ mirror }) => mirror === 'synced').length,
      rpo: gaps,
      ...verdict,
      ...timesOf(work, entries, {
        ...{ startedAtMs, faultAtMs, mendedAtMs, normalAtMs },
        isMet: isMetByClients(loss),
      }),
    };
    await keepReport(protocol, report);
    return report;
  } finally {
    await work.settle(0);
  }
}

async function keepReport(protocol: OpenProtocol, report: DrillReport): Promise<void> {
  const { group, drill, lost, rpo, writesAwayMs: rtoMs, noticedMs: detectedMs } = report;
  const { writes: rpoWrites, ms: rpoMs } = wholeGap(rpo);
  const atMs = Date.now();
  await patiently(() =>
    protocol.log.keepDrill(group, {
      ...{ atMs, drill, lostSyncedWrites: lost.length, rpoWrites, rpoMs, rtoMs, detectedMs },
    }),
  );
}
