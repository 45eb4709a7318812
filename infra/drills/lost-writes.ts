import { isDeepStrictEqual } from 'node:util';
import { followerOf } from '@layers/domain/redundancy/copies';
import { takeLease } from '@layers/domain/redundancy/lease';
import type { RecordVersion } from '@layers/domain/redundancy/record';
import { readRecords } from '@layers/domain/redundancy/row-follower';
import type { OpenProtocol } from './open-protocol.ts';
import { patiently } from './patience.ts';
import type { Acknowledged } from './store-clients/workload.ts';

/** Ids of acknowledged writes that the authority, or its follower if it has one, does not hold as they were acknowledged. */
export async function findLost(protocol: OpenProtocol, group: string, acknowledged: readonly Acknowledged[]) {
  const context = protocol.contextOf(group);
  const { env } = context;
  const lease = await patiently(() => takeLease(env, group));
  const follower = followerOf(context.group, lease.control);
  const authority = env.rows[lease.control.authority];
  if (authority === undefined) throw new Error(`${group} has no authority.`);
  const lost: string[] = [];
  for (const [id, wanted] of lastOfEach(acknowledged)) {
    const copies = await patiently(() =>
      Promise.all([
        readRecords(authority, group, [id]).then(([row]) => row),
        ...(follower === undefined ? [] : [follower.read(env, lease, id).then(({ record }) => record)]),
      ]),
    );
    if (!copies.every((copy) => holds(copy, wanted))) lost.push(id);
  }
  return lost;
}

/** Each acknowledged record, with what was acknowledged of it last: one client writes it, one write after the other. */
export function lastOfEach(acknowledged: readonly Acknowledged[]): ReadonlyMap<string, Acknowledged> {
  return new Map(acknowledged.map((one) => [one.recordId, one]));
}

/** Whether a copy says what was acknowledged. */
export function holds(
  record: RecordVersion | undefined,
  { fields, counter }: Pick<Acknowledged, 'fields' | 'counter'>,
): boolean {
  if (record === undefined || record.deleted) return false;
  const image = JSON.parse(record.image) as Readonly<Record<string, unknown>> & { load?: number };
  const differs = Object.entries(fields).some(([name, value]) => !isDeepStrictEqual(image[name], value));
  return !differs && (image.load ?? 0) >= counter;
}
