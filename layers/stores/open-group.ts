import type { Context } from '@layers/domain/redundancy/context';
import { createContext, openGroup } from '@layers/domain/redundancy/mirror';
import { initialise } from '@layers/domain/redundancy/prober';
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

/** Makes the stores of a group ready if nobody has yet: after a first deployment it is the first request that does. */
export const readyOf = ({ env, group }: Context) => onceDone(() => initialise(env, group));

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
