import type { Context } from './context.ts';
import type { Control } from './control.ts';
import { rowStore } from './fences.ts';
import type { Group } from './groups.ts';
import type { TransactionRow } from './rows.ts';

/** Whether a replica is fed by messages about one of these records. */
export function wantsMessage(group: Group, keys: readonly string[]): boolean {
  return group.replicas.some(
    ({ replicate, prefixes }) =>
      replicate === 'on-change' && prefixes.some((prefix) => keys.some((key) => key.startsWith(prefix))),
  );
}

/** True if no message is owed any more. A failure is no more than a delay: the sweeper sends what is still open. */
export async function notifyReplicas(context: Context, row: TransactionRow): Promise<boolean> {
  if (row.sent) return true;
  const { id: op, keys, committedAtMs } = row;
  try {
    await context.env.queue.send({ group: context.group.name, op, keys, committedAtMs });
    return true;
  } catch {
    return false;
  }
}

/** Says that the message was sent, and lets the row expire: only of what is mirrored a message is sent by itself. */
export async function markSent(context: Context, control: Control, row: TransactionRow): Promise<void> {
  const { env, group } = context;
  const expiresAtMs = env.clock.now() + env.settings.transactionKeptMs;
  await rowStore(env, control.authority).writeRows(group.name, [
    {
      type: 'update',
      target: { kind: 'transaction', id: row.id },
      set: { sent: true, expiresAtMs },
      expect: { id: row.id },
    },
  ]);
}
