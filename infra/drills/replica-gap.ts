import { replicaOf } from '@layers/domain/redundancy/copies';
import { takeLease } from '@layers/domain/redundancy/lease';
import type { OpenProtocol } from './open-protocol.ts';
import type { Acknowledged } from './workload.ts';

/** Acknowledged by then and not yet in its replica: what would be lost with the authority and its follower just then. */
export async function replicaGap(
  protocol: OpenProtocol,
  group: string,
  before: readonly Acknowledged[],
  atMs: number,
): Promise<{ rpoWrites: number; rpoMs: number }> {
  const context = protocol.contextOf(group);
  const lease = await takeLease(context.env, group);
  const missing: number[] = [];
  for (const replica of context.group.replicas) {
    const taken = before.filter(({ recordId }) =>
      replica.prefixes.some((prefix) => recordId.startsWith(prefix)),
    );
    const held = await Promise.all(
      taken.map(({ recordId }) => replicaOf(replica).read(context.env, lease, recordId)),
    );
    for (const [index, { atMs: acknowledgedAtMs }] of taken.entries())
      if (held[index]?.record === undefined) missing.push(acknowledgedAtMs);
  }
  return {
    rpoWrites: missing.length,
    rpoMs: missing.length === 0 ? 0 : Math.max(0, atMs - Math.min(...missing)),
  };
}
