import { type Group, storeNames } from '@layers/domain/redundancy/groups';
import { type DeployedEnvironment, redundancyEnvironment } from '@layers/stores/redundancy-environment';
import type { BenchStores } from './bench-stores.ts';

/** The protocol over stores of a bench's own, in this process; each group has the same table. */
export function environmentOver(stores: BenchStores, groups: readonly Group[]): DeployedEnvironment {
  const names = {
    tables: { [storeNames.primary]: Object.fromEntries(groups.map(({ name }) => [name, stores.table])) },
    buckets: { [storeNames.documents]: stores.bucket },
    controlTable: stores.control,
    logTable: stores.log,
    changeQueueUrl: stores.queueUrl,
    deadLetterQueueUrl: stores.queueUrl,
    wakeQueueUrl: stores.queueUrl,
    groups,
  };
  return redundancyEnvironment(
    names,
    () => undefined,
    () => undefined,
  );
}
