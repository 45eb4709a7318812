import { Problem } from '@layers/domain/problem';
import type { Context } from '@layers/domain/redundancy/context';
import { isStaleLease } from '@layers/domain/redundancy/lease';
import type { RedundancyLog } from '@layers/domain/redundancy/log';
import { isStoreFailure } from '@layers/domain/redundancy/store';
import type { ChangeQueues } from '@layers/stores/change-queues';
import type { Turns } from '@layers/stores/turns';

/** What the scheduled tasks work with; tests give their own. */
export interface TaskParts {
  /** By group. */
  readonly contexts: ReadonlyMap<string, Context>;
  /** Makes the stores of a group ready if nobody has yet. */
  readonly ready: (group: string) => Promise<void>;
  readonly log: RedundancyLog;
  /** So that of several probers one does the work. */
  readonly turns: Pick<Turns, 'during'>;
  /** Keeps what the protocol has reported since the last time. */
  readonly flush: () => Promise<void>;
}

/** What the operators' handlers work with. */
export interface RedundancyParts extends TaskParts {
  readonly queues: Pick<ChangeQueues, 'readDepths' | 'redrive'>;
}

/** A group that is ready. @throws Error for a name that the contract has and the table of groups has not. */
export async function openContext(parts: TaskParts, name: string): Promise<Context> {
  const context = parts.contexts.get(name);
  if (context === undefined) throw new Error(`No group is named ${name}.`);
  await parts.ready(name);
  return context;
}

/** Notes who did what, and runs it; a store that is silent, or a mode that changed meanwhile, is the caller's to know. */
export async function operate<Result>(
  parts: RedundancyParts,
  group: string,
  what: string,
  run: (context: Context) => Promise<Result>,
): Promise<Result> {
  try {
    const context = await openContext(parts, group);
    context.env.report({ group, event: 'operator', detail: what });
    return await run(context);
  } catch (error) {
    if (isStaleLease(error))
      throw new Problem('unavailable', 'The mode was being changed. Try again.', { retryAfterSeconds: 1 });
    if (!isStoreFailure(error)) throw error;
    throw new Problem('unavailable', `A store did not answer: ${error.message}. Try again.`, {
      retryAfterSeconds: 2,
      cause: error,
    });
  } finally {
    await parts.flush();
  }
}
