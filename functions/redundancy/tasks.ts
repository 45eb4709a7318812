import type { Context } from '@layers/domain/redundancy/context';
import { isStaleLease, takeLease } from '@layers/domain/redundancy/lease';
import { probe } from '@layers/domain/redundancy/prober';
import { compareReplica } from '@layers/domain/redundancy/replicate';
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
    probe: onEach(async (context, remainingMs) => watchOver(context, parts, remainingMs)),
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

/**
 * Leads one group back to NORMAL, a step each second, as long as this invocation may run; nothing if somebody else is at
 * it. Each group by itself: comparing the records of one would hold up what takes another a moment.
 */
export function leadingTask(parts: TaskParts, name: string): Task {
  return async (remainingMs) => {
    try {
      await unlessSilent(async () => lead(await openContext(parts, name), parts, remainingMs));
    } finally {
      await parts.flush();
    }
  };
}

const modeOf = async ({ env, group }: Context) => (await takeLease(env, group.name)).control.mode;

/** Once while all is well. Whoever changes the mode wakes a prober, so this leads only where none came. */
async function watchOver(context: Context, parts: TaskParts, remainingMs: () => number): Promise<void> {
  if ((await modeOf(context)) === 'NORMAL') await probe(context);
  else await lead(context, parts, remainingMs);
}

async function lead(context: Context, parts: TaskParts, remainingMs: () => number): Promise<void> {
  // A pass that several made at once would take each of them as long as all together.
  await parts.turns.during(`probe#${context.group.name}`, async () => {
    while ((await modeOf(context)) !== 'NORMAL' && remainingMs() >= longestStepMs) {
      await probe(context);
      await parts.flush();
      await context.env.clock.sleep(probeEveryMs);
    }
  });
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

/**
 * Feeds the replicas that no message feeds. Both are listed, and only what differs is read and copied: to look at each
 * record by itself kept the stores busy for seconds of every minute, whether anything had changed or not.
 */
async function copyPeriodically(context: Context): Promise<void> {
  for (const replica of context.group.replicas) {
    if (replica.replicate === 'periodic') await compareReplica(context, replica, true);
  }
}
