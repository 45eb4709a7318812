import type { Context } from './context.ts';
import { grantGroup } from './grant-group.ts';

export interface DeployedServer {
  readonly id: string;
  /** Absolute, or a path on the emulator's host. */
  readonly url: string;
  readonly capacity: number;
}

/** Which servers are alive. @param deployed those of the deployment, which are asked for their health. */
export function registryOf(deployed: readonly DeployedServer[]): Context {
  return {
    name: 'registry',
    environment: { PROBED_SERVERS: JSON.stringify(deployed) },
    grant: (target, state, edge) => {
      grantGroup(target, state, 'registry');
      edge.grantSecrets(target);
    },
  };
}
