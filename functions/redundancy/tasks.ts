import type { Context } from '@layers/domain/redundancy/context';
import { isStaleLease, takeLease } from '@layers/domain/redundancy/lease';
import { probe } from '@layers/domain/redundancy/prober';
import { backfill } from '@layers/domain/redundancy/replicate';
import { isStoreFailure } from '@layers/domain/redundancy/store';
import { sweep } from '@layers/domain/redundancy/sweep';
import type { Task } from '@layers/queue/scheduled';
import { openContext, type TaskParts } from './redundancy-parts.ts';
import { repairCopies } from './repair-copies.ts';

const probeEveryMs = 1_000;
/** A step of the prober waits for leases to lapse, twice at most. */
const longestStepMs = 15_000;

/** Told the age of the oldest transaction that is not yet in both stores, for the alarm. */
export type MeasurePending = (group: string, oldestMs: number) => void;

/** The work that is due now and again, on every group side by side; a silent store is no failure of the task. */
export function redundancyTasks(
  parts: TaskParts,
  measurePending: MeasurePending,
): Readonly<Record<'sweep' | 'probe' | 'copy' | 'compare', Task>> {
  const onEach =
    (work: (context: Context, remainingMs: () => number) => Promise<void>): Task =>
    async (remainingMs) => {
      try {
        await Promise.all(
          [...parts.contexts.keys()].map(async (name) =>
            unlessSilent(async () => work(await openContext(parts, name), remainingMs)),
          ),
        );
      } finally {
        await parts.flush();
      }
    };
  return {
    sweep: onEach(async (context) => {
      await sweep(context);
      measurePending(context.group.name, await oldestPendingMs(context));
    }),
    probe: onEach(async (context, remainingMs) => probeUntilNormal(context, parts.turns, remainingMs)),
    copy: onEach(copyPeriodically),
    compare: onEach(async (context) => {
      await repairCopies(context, parts.log);
    }),
  };
}

async function unlessSilent(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isStoreFailure(error) && !isStaleLease(error)) throw error;
  }
}

/** Once while all is well; each second while it is not, as long as this invocation may run. */
async function probeUntilNormal(
  context: Context,
  turns: TaskParts['turns'],
  remainingMs: () => number,
): Promise<void> {
  const { env, group } = context;
  const modeOf = async () => (await takeLease(env, group.name)).control.mode;
  if ((await modeOf()) === 'NORMAL') await probe(context);
  while ((await modeOf()) !== 'NORMAL' && remainingMs() >= longestStepMs) {
    // A pass that several made at once would take each of them as long as all together.
    await turns.during(`probe#${group.name}`, async () => probe(context));
    await env.clock.sleep(probeEveryMs);
  }
}

async function oldestPendingMs({ env, group }: Context): Promise<number> {
  const { control } = await takeLease(env, group.name);
  const now = env.clock.now();
  const page = await env.rows[control.authority]?.openTransactions(group.name, now, {
    cursor: undefined,
    limit: 1,
  });
  const oldest = page?.items[0]?.committedAtMs;
  return oldest === undefined ? 0 : now - oldest;
}

/** Feeds the replicas that no message feeds, page by page; what does not fit into this run the next one begins with. */
async function copyPeriodically(context: Context, remainingMs: () => number): Promise<void> {
  for (const replica of context.group.replicas) {
    if (replica.replicate !== 'periodic') continue;
    let token: string | undefined;
    do {
      ({ token } = await backfill(context, replica, token));
    } while (token !== undefined && remainingMs() > longestStepMs);
  }
}
