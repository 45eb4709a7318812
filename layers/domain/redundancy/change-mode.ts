import type { Control, Mode } from './control.ts';
import type { Environment } from './environment.ts';
import { leasesLapsedAtMs } from './lease.ts';

/** From each mode to those that may follow it; the README says who does it and what comes before. */
const followers: Readonly<Record<Mode, readonly Mode[]>> = {
  NORMAL: ['A_ONLY', 'READ_ONLY', 'PROMOTING'],
  A_ONLY: ['CATCHUP', 'READ_ONLY', 'REBUILD', 'PROMOTING'],
  CATCHUP: ['NORMAL', 'A_ONLY', 'READ_ONLY', 'REBUILD', 'PROMOTING'],
  READ_ONLY: ['NORMAL', 'CATCHUP', 'REBUILD'],
  REBUILD: ['CATCHUP', 'REBUILD'],
  PROMOTING: ['A_ONLY', 'PROMOTING'],
};

type Changed = Partial<Omit<Control, 'group' | 'revision' | 'changedAtMs'>>;

/**
 * Compare-and-set of the control row. `undefined` if it was not changed: somebody else did, or it is too soon after the
 * last change. A change before all leases of the one before have lapsed would leave three modes live at once.
 */
export async function changeMode(
  env: Environment,
  current: Control,
  changed: Changed,
): Promise<Control | undefined> {
  const mode = changed.mode ?? current.mode;
  if (!followers[current.mode].includes(mode)) return undefined;
  const settled = await stampInForce(env, current);
  const now = env.clock.now();
  if (settled === undefined || now < leasesLapsedAtMs(env, settled)) return undefined;
  const revision = settled.revision + 1;
  const next: Control = { ...settled, ...changed, revision, changedAtMs: now, inForceAtMs: undefined };
  if (!(await env.control.compareAndSet(next))) return undefined;
  const detail = `${current.mode} ${current.epoch} → ${next.mode} ${next.epoch}, ${next.authority} decides`;
  env.report({ group: current.group, event: 'mode', detail });
  return (await stampInForce(env, next).catch(() => undefined)) ?? next;
}

/**
 * Notes in the control row that its last change has been seen: it was there before now, whenever it was sent. Anybody may
 * do it who has read the row, or has been told that it was written. `undefined`: somebody else changed the row.
 */
export async function stampInForce(env: Environment, seen: Control): Promise<Control | undefined> {
  if (seen.inForceAtMs !== undefined) return seen;
  const stamped: Control = { ...seen, revision: seen.revision + 1, inForceAtMs: env.clock.now() };
  return (await env.control.compareAndSet(stamped)) ? stamped : undefined;
}

/** The first control row of a group. False: there is one. */
export async function createControl(env: Environment, first: Control): Promise<boolean> {
  const now = env.clock.now();
  return env.control.compareAndSet({ ...first, changedAtMs: now, inForceAtMs: now });
}
