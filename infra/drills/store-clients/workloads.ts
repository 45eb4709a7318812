import { startAskers } from './askers.ts';
import { startBuyers } from './buyers.ts';
import { startOperator } from './operator.ts';
import { startServers } from './servers.ts';
import type { Workload } from './workload.ts';

/** Clients of each group that can be drilled. */
export const workloads: Readonly<Record<string, (apiUrl: string) => Promise<Workload>>> = {
  shop: startBuyers,
  registry: startServers,
  ledger: startOperator,
  predictions: startAskers,
};
