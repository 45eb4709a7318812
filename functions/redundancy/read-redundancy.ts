import type { redundancy } from '@layers/contract/redundancy';
import type { Context } from '@layers/domain/redundancy/context';
import type { Replica } from '@layers/domain/redundancy/groups';
import { addCounts, countOf, type LagCounts, percentileMs } from '@layers/domain/redundancy/lag';
import { isStaleLease, takeLease } from '@layers/domain/redundancy/lease';
import type { LastFindings, RedundancyLog } from '@layers/domain/redundancy/log';
import { mirrorState } from '@layers/domain/redundancy/policy';
import { findUnapplied, type Unapplied } from '@layers/domain/redundancy/replicate';
import { isStoreFailure } from '@layers/domain/redundancy/store';
import type { Handler } from '@layers/http/serve';
import type { QueueDepths } from '@layers/stores/change-queues';
import { diffBody } from './diff-body.ts';
import { openContext, type RedundancyParts } from './redundancy-parts.ts';
import { followerCopy } from './repair-copies.ts';

const historyMs = 15 * 60_000;
const pagesMax = 5;
/** What is unapplied is found by comparing: of more records than this it is left to the scheduled comparison. */
const comparedMax = 20_000;
/** Beyond now, for what a machine with a faster clock committed. */
const aheadMs = 60_000;

/** `undefined` where a store does not answer, or a mode is being changed: it is said, not failed with. */
async function unlessSilent<Result>(run: Promise<Result>): Promise<Result | undefined> {
  try {
    return await run;
  } catch (error) {
    if (isStoreFailure(error) || isStaleLease(error)) return undefined;
    throw error;
  }
}

async function countTransactions({ env, group }: Context, authority: string) {
  const store = env.rows[authority];
  if (store === undefined) return undefined;
  const now = env.clock.now();
  let [cursor, pending, open]: [string | undefined, number, number] = [undefined, 0, 0];
  let oldestAtMs: number | undefined;
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const page = await store.openTransactions(group.name, now + aheadMs, { cursor, limit: 100 });
    for (const row of page.items) {
      open += 1;
      if (!row.mirrored) pending += 1;
      oldestAtMs ??= row.committedAtMs;
    }
    cursor = page.next;
    if (cursor === undefined) break;
  }
  const oldestMs = oldestAtMs === undefined ? undefined : Math.max(0, now - oldestAtMs);
  return { pending, open, more: cursor !== undefined, ...(oldestMs === undefined ? {} : { oldestMs }) };
}

function percentiles(counts: LagCounts) {
  const [p50Ms, p99Ms] = [percentileMs(counts, 0.5), percentileMs(counts, 0.99)];
  return {
    applied: countOf(counts),
    ...(p50Ms === undefined ? {} : { p50Ms }),
    ...(p99Ms === undefined ? {} : { p99Ms }),
  };
}

/** What a look at the queue and at the open transactions tells: whether a replica may lack anything at all. */
interface UnderWay {
  readonly queue: QueueDepths | undefined;
  readonly open: number | undefined;
}

function mayLack({ replicate }: Replica, { queue, open }: UnderWay): boolean {
  if (replicate !== 'on-change' || queue === undefined) return true;
  return queue.waiting + queue.inFlight + queue.deadLetters > 0 || open !== 0;
}

async function unappliedBy(
  context: Context,
  replica: Replica,
  compared: number | undefined,
  underWay: UnderWay,
): Promise<Unapplied | undefined> {
  if (!mayLack(replica, underWay)) return { count: 0, oldestMs: 0 };
  if ((compared ?? 0) > comparedMax) return undefined;
  return unlessSilent(findUnapplied(context, replica));
}

async function replicaState(
  context: Context,
  replica: Replica,
  log: RedundancyLog,
  last: LastFindings | undefined,
  underWay: UnderWay,
) {
  const { env, group } = context;
  const { store, structure, prefixes, replicate } = replica;
  const lags = (await unlessSilent(log.readLag(group.name, store, env.clock.now() - historyMs))) ?? new Map();
  const minutes = [...(lags as ReadonlyMap<number, LagCounts>)].map(([atMs, counts]) => ({
    at: new Date(atMs).toISOString(),
    ...percentiles(counts),
  }));
  const diff = last?.diff(group.name, store);
  const unapplied = await unappliedBy(context, replica, diff?.compared, underWay);
  return {
    store,
    structure,
    prefixes: [...prefixes],
    replicate,
    lag: { ...percentiles(addCounts(lags.values() as Iterable<LagCounts>)), minutes },
    ...(unapplied === undefined ? {} : { unapplied }),
    ...(diff === undefined ? {} : { lastDiff: diffBody(diff) }),
  };
}

async function groupState(
  parts: RedundancyParts,
  name: string,
  last: LastFindings | undefined,
  queue: QueueDepths | undefined,
) {
  const context = await openContext(parts, name);
  const { group } = context;
  const { control } = await takeLease(context.env, name);
  const transactions = await unlessSilent(countTransactions(context, control.authority));
  const diff = last?.diff(name, followerCopy);
  const drill = last?.drill(name);
  const { mode, epoch, era, revision, policy, authority, forced } = control;
  const structure = group.follower?.structure;
  const underWay = { queue, open: transactions?.open };
  return {
    name,
    mode,
    mirror: mirrorState(control),
    epoch,
    era,
    revision,
    policy,
    authority,
    ...(control.follower === undefined || structure === undefined
      ? {}
      : { follower: { store: control.follower, structure, complete: control.followerComplete } }),
    forced,
    changedAt: new Date(control.changedAtMs).toISOString(),
    reachable: transactions !== undefined,
    ...(transactions === undefined ? {} : { transactions }),
    replicas: await Promise.all(
      group.replicas.map((replica) => replicaState(context, replica, parts.log, last, underWay)),
    ),
    ...(diff === undefined ? {} : { lastDiff: diffBody(diff) }),
    ...(drill === undefined ? {} : { lastDrill: drillBody(drill) }),
  };
}

function drillBody({ atMs, rtoMs, detectedMs, ...drill }: NonNullable<ReturnType<LastFindings['drill']>>) {
  return {
    at: new Date(atMs).toISOString(),
    ...drill,
    ...(rtoMs === undefined ? {} : { rtoMs }),
    ...(detectedMs === undefined ? {} : { detectedMs }),
  };
}

export function readRedundancy(parts: RedundancyParts): Handler<typeof redundancy.readRedundancy> {
  return async () => {
    const copiesOf = new Map(
      [...parts.contexts].map(([name, { group }]) => [
        name,
        [followerCopy, ...group.replicas.map(({ store }) => store)],
      ]),
    );
    const [depths, last] = await Promise.all([
      unlessSilent(parts.queues.readDepths()),
      unlessSilent(parts.log.readLast(copiesOf)),
    ]);
    const groups = await Promise.all(
      [...parts.contexts.keys()].map((name) => groupState(parts, name, last, depths)),
    );
    const queue = { reachable: depths !== undefined, ...depths };
    const at = new Date().toISOString();
    return { status: 200, headers: { 'cache-control': 'no-cache' }, body: { at, groups, queue } };
  };
}
