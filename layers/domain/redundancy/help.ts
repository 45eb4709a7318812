import type { Environment } from './environment.ts';
import { rowStore } from './fences.ts';
import type { Follower } from './follower.ts';
import type { Lease } from './lease.ts';
import type { RecordRow, TransactionRow } from './rows.ts';
import { isPending, readView } from './view.ts';

/**
 * Finishes, in the follower, the transaction of a pending record that somebody met. When it returns, the follower is
 * at or past the version that was met. Throws `StoreFailure` if the follower does not answer, `StaleLease`.
 */
export async function help(
  env: Environment,
  lease: Lease,
  follower: Follower,
  met: RecordRow,
): Promise<void> {
  const { control } = lease;
  const view = await readView(env, control, { keys: [met.id], op: met.op });
  const { transaction } = view;
  const keys = transaction?.keys ?? [met.id];
  // Of one record all has been read; of several, all at one point in time.
  const { records } = keys.length === 1 ? view : await readView(env, control, { keys });
  // What a later write has overtaken (in A_ONLY that did not wait for the follower) has a transaction of its own.
  const members = records.filter((row) => row !== undefined && row.op === met.op) as RecordRow[];
  const pending = members.filter(isPending);
  const committedAtMs = transaction?.committedAtMs ?? env.clock.now();
  if (pending.length > 0) {
    await follower.apply(env, lease, { op: met.op, committedAtMs, records: members, previous: undefined });
  }
  await markMirrored(env, lease, met.op, pending, transaction);
  env.report({ group: control.group, event: 'helped', detail: `${met.id} ${met.ver} of ${met.op}` });
}

/**
 * Says in the authority what the follower is known to hold. Best effort: a row that moved on refuses it, and is
 * pending by itself. Only after all documents are applied, or a crash here would hide those that are missing.
 */
export async function markMirrored(
  env: Environment,
  lease: Lease,
  op: string,
  members: readonly RecordRow[],
  transaction: Pick<TransactionRow, 'sent'> | undefined,
): Promise<boolean> {
  const { control } = lease;
  const expiresAtMs = env.clock.now() + env.settings.transactionKeptMs;
  const marks = members.map(({ id, epoch, ver, op: written }) => ({
    type: 'update' as const,
    target: { kind: 'record' as const, id },
    set: { mver: ver },
    expect: { epoch, ver, op: written },
  }));
  const outbox =
    transaction === undefined
      ? []
      : [
          {
            type: 'update' as const,
            target: { kind: 'transaction' as const, id: op },
            set: transaction.sent ? { mirrored: true, sent: true, expiresAtMs } : { mirrored: true },
            expect: { id: op },
          },
        ];
  const actions = [...marks, ...outbox];
  if (actions.length === 0) return true;
  return (await rowStore(env, control.authority).writeRows(control.group, actions)).applied;
}
