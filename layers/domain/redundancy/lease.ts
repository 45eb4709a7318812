import { Problem } from '../problem.ts';
import type { Control } from './control.ts';
import type { Environment } from './environment.ts';

/** A reading of the control row, good for `leaseMs` from before the reading was sent. */
export interface Lease {
  readonly control: Control;
  readonly takenAtMs: number;
}

/** What was read or written under a lease no longer counts: another mode or epoch has begun. Start again. */
export class StaleLease extends Error {
  override readonly name = 'StaleLease';
}

export function isStaleLease(error: unknown): error is StaleLease {
  return error instanceof Error && error.name === 'StaleLease';
}

/** Taken afresh for each call of a group: a frozen sandbox stops its clock, so no lease outlives an invocation. */
export async function takeLease(env: Environment, group: string): Promise<Lease> {
  const takenAtMs = env.clock.now();
  const control = await env.control.readControl(group);
  if (control === undefined) {
    throw new Problem('unavailable', `The group ${group} has no control row yet. Run the prober once.`);
  }
  return { control, takenAtMs };
}

export function isLive(env: Environment, lease: Lease): boolean {
  return env.clock.now() - lease.takenAtMs <= env.settings.leaseMs;
}

/** Throws `StaleLease` unless the mode in which the work was done is surely still in force, or no older than a lease. */
export async function requireLease(env: Environment, lease: Lease): Promise<void> {
  if (isLive(env, lease)) return;
  const fresh = await takeLease(env, lease.control.group);
  if (fresh.control.revision !== lease.control.revision || !isLive(env, fresh)) throw new StaleLease();
}

/**
 * When the last holder of a lease from before the control row's last change has let go of it: counted from when the
 * change was seen to be there, since it may have been under way for longer than a lease.
 */
export function leasesLapsedAtMs(env: Environment, { inForceAtMs }: Control): number {
  const { leaseMs, leaseMarginMs } = env.settings;
  return inForceAtMs === undefined ? Number.POSITIVE_INFINITY : inForceAtMs + leaseMs + leaseMarginMs;
}

/** Sleeps until then. Throws `StaleLease` if nobody has stamped the control row: the prober does. */
export async function waitForLeases(env: Environment, control: Control): Promise<void> {
  const lapsedAtMs = leasesLapsedAtMs(env, control);
  if (lapsedAtMs === Number.POSITIVE_INFINITY) throw new StaleLease();
  await env.clock.sleep(Math.max(0, lapsedAtMs - env.clock.now()));
}
