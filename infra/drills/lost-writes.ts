import { followerOf } from '@layers/domain/redundancy/copies';
import { takeLease } from '@layers/domain/redundancy/lease';
import type { RecordVersion } from '@layers/domain/redundancy/record';
import { readRecords } from '@layers/domain/redundancy/row-follower';
import type { OpenProtocol } from './open-protocol.ts';
import { patiently } from './patience.ts';
import type { Acknowledged } from './workload.ts';

/** Ids of acknowledged writes that one of the two stores does not hold. */
export async function findLost(protocol: OpenProtocol, group: string, acknowledged: readonly Acknowledged[]) {
  const context = protocol.contextOf(group);
  const { env } = context;
  const lease = await takeLease(env, group);
  const follower = followerOf(context.group, lease.control);
  const authority = env.rows[lease.control.authority];
  if (follower === undefined || authority === undefined) throw new Error(`${group} has not two stores.`);
  const lost: string[] = [];
  for (const [id, least] of leastCounters(acknowledged)) {
    const [[row], { record }] = await patiently(() =>
      Promise.all([readRecords(authority, group, [id]), follower.read(env, lease, id)]),
    );
    if (!holds(row, least) || !holds(record, least)) lost.push(id);
  }
  return lost;
}

/** Each acknowledged record with the least that its counter must say. */
function leastCounters(acknowledged: readonly Acknowledged[]): ReadonlyMap<string, number> {
  const least = new Map<string, number>();
  for (const { recordId, counter = 0 } of acknowledged)
    least.set(recordId, Math.max(counter, least.get(recordId) ?? 0));
  return least;
}

function holds(record: RecordVersion | undefined, least: number): boolean {
  if (record === undefined || record.deleted) return false;
  const { load = 0 } = JSON.parse(record.image) as { load?: number };
  return load >= least;
}
