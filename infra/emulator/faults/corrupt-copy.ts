import { canonicalJson } from '@layers/domain/canonical-json';
import { Problem } from '@layers/domain/problem';
import { followerOf, replicaOf } from '@layers/domain/redundancy/copies';
import type { Follower } from '@layers/domain/redundancy/follower';
import type { Group } from '@layers/domain/redundancy/groups';
import { type Lease, takeLease } from '@layers/domain/redundancy/lease';
import { openProtocol } from '../../drills/open-protocol.ts';

export interface Corruption {
  readonly group: string;
  readonly id: string;
  readonly role?: 'follower' | 'replica' | undefined;
}

type Json = Record<string, unknown>;

/** Its first text or number, altered: what a flipped bit or a stray script leaves. */
function altered(entity: Json): Json {
  const found = Object.entries(entity).find(
    ([name, value]) => typeof value === 'number' || (typeof value === 'string' && !/id$/i.test(name)),
  );
  if (found === undefined) return { ...entity, corrupted: true };
  const [name, value] = found;
  return { ...entity, [name]: typeof value === 'number' ? value + 1 : `${String(value)}~` };
}

function copyOf(group: Group, lease: Lease, { id, role }: Corruption): Follower | undefined {
  if (role !== 'replica') return followerOf(group, lease.control);
  const replica = group.replicas.find(({ prefixes }) => prefixes.some((prefix) => id.startsWith(prefix)));
  return replica === undefined ? undefined : replicaOf(replica);
}

/** Overwrites one copy with content that nobody decided. @throws Problem `not-found` where there is no such copy. */
export async function corruptCopy(endpoint: string, corruption: Corruption) {
  const { env, contextOf } = await openProtocol(endpoint);
  const { group } = contextOf(corruption.group);
  const lease = await takeLease(env, group.name);
  const copy = copyOf(group, lease, corruption);
  const held = await copy?.read(env, lease, corruption.id);
  if (copy === undefined || held?.record === undefined || held.record.deleted)
    throw new Problem('not-found', `No such copy of ${corruption.id} is there.`);
  const before = JSON.parse(held.record.image) as Json;
  const after = altered(before);
  await copy.overwrite(env, lease, held, { ...held.record, image: canonicalJson(after) });
  return { store: copy.store, id: corruption.id, before, after };
}
