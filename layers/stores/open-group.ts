import { Problem } from '@layers/domain/problem';
import type { Context } from '@layers/domain/redundancy/context';
import { createContext, openGroup } from '@layers/domain/redundancy/mirror';
import { initialise } from '@layers/domain/redundancy/prober';
import { isStoreFailure } from '@layers/domain/redundancy/store';
import type { MirroredGroup } from '@layers/domain/redundancy/transaction';
import type { DeployedEnvironment } from './redundancy-environment.ts';

/** Runs `make` once; again only if it failed. */
function onceDone(make: () => Promise<void>): () => Promise<void> {
  let made: Promise<void> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

/**
 * Makes the stores of a group ready if nobody has yet: after a first deployment it is the first request that does.
 * Rejects with Problem `unavailable` while a store does not answer; the next call tries again.
 */
export const readyOf = ({ env, group }: Context) =>
  onceDone(async () => {
    try {
      await initialise(env, group);
    } catch (error) {
      if (!isStoreFailure(error)) throw error;
      const detail = `The group ${group.name} could not be made ready: ${error.message}. Send the request again.`;
      throw new Problem('unavailable', detail, { retryAfterSeconds: 1, cause: error });
    }
  });

/** A group over real stores. Make it once, at cold start; it sends no request before its first use. */
export function openReadyGroup(environment: DeployedEnvironment, name: string): MirroredGroup {
  const context = createContext(environment, name, environment.groups);
  const ready = readyOf(context);
  const group = openGroup(context);
  return {
    write: async (transaction) => {
      await ready();
      return group.write(transaction);
    },
    read: async (ids) => {
      await ready();
      return group.read(ids);
    },
    list: async (prefix, page) => {
      await ready();
      return group.list(prefix, page);
    },
  };
}
