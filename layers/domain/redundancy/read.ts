import { Problem } from '../problem.ts';
import type { Context } from './context.ts';
import type { Control } from './control.ts';
import { followerOf } from './copies.ts';
import { rowStore } from './fences.ts';
import { help } from './help.ts';
import { type Lease, requireLease } from './lease.ts';
import { entityOf, isGated, mirrorState } from './policy.ts';
import { listDocumentsOnly, readDocumentsOnly } from './read-only.ts';
import { readWhileRebuilding } from './rebuild.ts';
import type { RecordVersion } from './record.ts';
import type { RecordRow } from './rows.ts';
import type { Page, PageRequest } from './store.ts';
import type { Entity, ListOutcome, ReadOutcome } from './transaction.ts';
import { isPending, readView, requireLivingAuthority } from './view.ts';

/** One attempt at a read under one lease: the versions of all ids at one point in time. */
export async function attemptRead(
  context: Context,
  lease: Lease,
  ids: readonly string[],
): Promise<ReadOutcome> {
  const { control } = lease;
  const records = await readVersions(context, lease, ids);
  await requireLease(context.env, lease);
  const entities = new Map<string, Entity | undefined>();
  for (const [index, id] of ids.entries()) entities.set(id, entityOf(records[index]));
  return { entities, mirror: mirrorState(control) };
}

async function readVersions(
  context: Context,
  lease: Lease,
  ids: readonly string[],
): Promise<readonly (RecordVersion | undefined)[]> {
  const { control } = lease;
  if (control.mode === 'READ_ONLY') return readDocumentsOnly(context, lease, ids);
  if (control.mode === 'REBUILD') return readWhileRebuilding(context, lease, ids);
  requireServed(control);
  const { records } = await readView(context.env, control, { keys: ids });
  await helpPending(context, lease, records);
  return records;
}

/** Until the leases of before a forced fail-over lapsed, others may still read what it drops. */
function requireServed(control: Control): void {
  if (control.mode !== 'PROMOTING' || !control.forced) return;
  const detail = `The group ${control.group} is being failed over by force. Try again later.`;
  throw new Problem('unavailable', detail, { retryAfterSeconds: 5 });
}

/** A version that is shown is in both stores, or the loss of one could take it back. */
async function helpPending(
  context: Context,
  lease: Lease,
  records: readonly (RecordRow | undefined)[],
): Promise<void> {
  const { env, group } = context;
  const { control } = lease;
  const follower = followerOf(group, control);
  if (follower === undefined) return;
  const helped = new Set<string>();
  for (const row of records) {
    if (!isPending(row) || helped.has(row.op)) continue;
    if (isGated(control)) await help(env, lease, follower, row);
    else if (control.policy === 'strict') refusePending(control, row);
    helped.add(row.op);
  }
}

function refusePending(control: Control, row: RecordRow): never {
  const detail = `${row.id} is in one store alone and the policy of the group ${control.group} is strict. Try again later.`;
  throw new Problem('unavailable', detail, { retryAfterSeconds: 5 });
}

/** One attempt at a page. Pending rows on it are helped, never left out. */
export async function attemptList(
  context: Context,
  lease: Lease,
  prefix: string,
  request: PageRequest,
): Promise<ListOutcome> {
  const { env, group } = context;
  const { control } = lease;
  let page: Page<RecordVersion>;
  if (control.mode === 'READ_ONLY') page = await listDocumentsOnly(context, lease, prefix, request);
  else {
    if (control.mode === 'REBUILD') refuseList(control);
    requireServed(control);
    const rows = await rowStore(env, control.authority).queryRecords(group.name, prefix, request);
    // Read after the page: rows of a store that was wiped meanwhile do not count.
    await requireLivingAuthority(env, control);
    await helpPending(context, lease, rows.items);
    page = rows;
  }
  await requireLease(env, lease);
  const items = page.items.map(entityOf).filter((entity) => entity !== undefined);
  return { items, next: page.next, mirror: mirrorState(control) };
}

function refuseList(control: Control): never {
  const detail = `The group ${control.group} is being rebuilt: single records can be read, lists not yet.`;
  throw new Problem('unavailable', detail, { retryAfterSeconds: 5 });
}
