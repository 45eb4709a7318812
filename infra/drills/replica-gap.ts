import { replicaOf } from '@layers/domain/redundancy/copies';
import type { ReplicationMode } from '@layers/domain/redundancy/groups';
import { takeLease } from '@layers/domain/redundancy/lease';
import { holds, lastOfEach } from './lost-writes.ts';
import type { OpenProtocol } from './open-protocol.ts';
import type { Acknowledged } from './store-clients/workload.ts';

/** What would be lost with the authority and its follower just then. */
export interface Gap {
  readonly writes: number;
  /** Age of the oldest of them. */
  readonly ms: number;
}

export type Gaps = Readonly<Partial<Record<ReplicationMode, Gap>>>;

/** Of all replicas together. */
export function wholeGap(gaps: Gaps): Gap {
  const all = Object.values(gaps);
  return {
    writes: all.reduce((sum, { writes }) => sum + writes, 0),
    ms: Math.max(0, ...all.map(({ ms }) => ms)),
  };
}

/** Acknowledged by then and not yet in its replica, by how replicas are fed. */
export async function replicaGaps(
  protocol: OpenProtocol,
  group: string,
  before: readonly Acknowledged[],
  atMs: number,
): Promise<Gaps> {
  const context = protocol.contextOf(group);
  const lease = await takeLease(context.env, group);
  const written = [...lastOfEach(before).values()];
  const gaps: Partial<Record<ReplicationMode, Gap>> = {};
  for (const replica of context.group.replicas) {
    const taken = written.filter(({ recordId }) =>
      replica.prefixes.some((prefix) => recordId.startsWith(prefix)),
    );
    const held = await Promise.all(
      taken.map(({ recordId }) => replicaOf(replica).read(context.env, lease, recordId)),
    );
    const missing = taken.filter((wanted, index) => !holds(held[index]?.record, wanted));
    const { writes = 0, ms = 0 } = gaps[replica.replicate] ?? {};
    gaps[replica.replicate] = {
      writes: writes + missing.length,
      ms: Math.max(ms, ...missing.map(({ atMs: acknowledgedAtMs }) => atMs - acknowledgedAtMs)),
    };
  }
  return gaps;
}
