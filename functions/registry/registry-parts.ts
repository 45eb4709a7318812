import type { MirroredGroup } from '@layers/domain/redundancy/transaction';
import type { OutboundRules } from '@layers/http/outbound-address';
import type { ServerProbes } from './server-probes.ts';

/** What every handler of the registry works with; tests give their own. */
export interface RegistryParts {
  readonly group: MirroredGroup;
  /** The deployment's own servers, which cannot send heartbeats. */
  readonly probes: ServerProbes;
  readonly outbound: OutboundRules;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}
