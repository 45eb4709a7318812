import { Problem } from '../problem.ts';
import { backoffMs } from './backoff.ts';
import { createCircuit } from './circuit.ts';
import type { Context } from './context.ts';
import type { Environment } from './environment.ts';
import { type Group, groups } from './groups.ts';
import { isStaleLease, type Lease, takeLease } from './lease.ts';
import { noteFailure } from './lost.ts';
import { requireWritable } from './policy.ts';
import { attemptList, attemptRead } from './read.ts';
import { isStoreFailure, type StoreFailure } from './store.ts';
import type { MirroredGroup } from './transaction.ts';
import { requireIds } from './validate.ts';
import { attemptWrite } from './write.ts';

/** What the calls of one group share in a process: make it once, at cold start. Throws if the table has no such group. */
export function createContext(env: Environment, name: string, table: readonly Group[] = groups): Context {
  const group = table.find((candidate) => candidate.name === name);
  if (group === undefined) throw new Error(`No group is named ${name}: add a row to groups.ts.`);
  return { env, group, circuit: createCircuit(env) };
}

/** A group as its callers see it. Each call takes its own lease, and tries again after lost races until its deadline. */
export function openGroup(context: Context): MirroredGroup {
  const { env, group } = context;
  return {
    write(transaction) {
      requireIds(group, transaction.keys, env.settings);
      return untilDeadline(context, (lease) => {
        requireWritable(lease.control);
        return attemptWrite(context, lease, transaction);
      });
    },
    read(ids) {
      requireIds(group, ids, env.settings);
      return untilDeadline(context, (lease) => attemptRead(context, lease, ids));
    },
    list(prefix, page) {
      const limit = Math.min(page.limit, env.settings.pageSizeMax);
      return untilDeadline(context, (lease) =>
        attemptList(context, lease, prefix, { cursor: page.cursor, limit }),
      );
    },
  };
}

/**
 * Only what surely wrote nothing is tried again: a lost race, a stale lease, a read or a refused request in conflict.
 * Whatever may have happened leaves as `outcome-unknown` from within the attempt.
 */
async function untilDeadline<Result>(
  context: Context,
  attempt: (lease: Lease) => Promise<Result | undefined>,
): Promise<Result> {
  const { clock, settings } = context.env;
  const deadlineMs = clock.now() + settings.deadlineMs;
  let last = 'it kept losing its races';
  for (let race = 0; race === 0 || clock.now() < deadlineMs; race += 1) {
    try {
      const lease = await takeLease(context.env, context.group.name);
      const result = await attempt(lease);
      if (result !== undefined) return result;
    } catch (error) {
      if (isStoreFailure(error)) {
        last = error.message;
        await giveUpUnlessConflict(context, error);
      } else if (isStaleLease(error)) last = 'the mode was being changed';
      else throw error;
    }
    await clock.sleep(Math.max(0, Math.min(backoffMs(context.env, race), deadlineMs - clock.now())));
  }
  throw unavailable(context, last);
}

async function giveUpUnlessConflict(context: Context, failure: StoreFailure): Promise<void> {
  if (failure.reason === 'conflict') return;
  await noteFailure(context, failure);
  throw unavailable(context, failure.message);
}

function unavailable({ group }: Context, why: string): Problem {
  const detail = `The group ${group.name} could not answer: ${why}. Nothing was written by this call; try again.`;
  return new Problem('unavailable', detail, { retryAfterSeconds: 1 });
}
