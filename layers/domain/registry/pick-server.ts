import { heartbeatMs, leaseMs, staleKeptMs } from './settings.ts';

/** A server as a client may be sent to it. */
export interface Candidate {
  readonly id: string;
  readonly url: string;
  readonly capacity: number;
  readonly load: number;
  readonly expiresAtMs: number;
}

export interface Picked {
  readonly candidate: Candidate;
  /** How many it was picked from. */
  readonly pickedFrom: number;
  /** It is the last known, not known to be alive. */
  readonly stale: boolean;
}

const weightOf = ({ capacity, load }: Candidate) => capacity / (1 + load);

/**
 * One at random, in proportion to capacity ÷ (1 + load). @param random uniform in [0, 1).
 */
function draw(candidates: readonly Candidate[], random: number): Candidate | undefined {
  let left = random * candidates.reduce((sum, candidate) => sum + weightOf(candidate), 0);
  for (const candidate of candidates) {
    left -= weightOf(candidate);
    if (left < 0) return candidate;
  }
  // Rounding may leave a rest after the last one: then it is the last one.
  return candidates.at(-1);
}

/**
 * The servers that were alive when all leases lapsed within one heartbeat: then it was the registry that was cut off, and
 * not they that died (after Eureka's self-preservation). Fewer than two tell nothing: one server alone may just have died.
 */
export function lapsedTogether(servers: readonly Candidate[], nowMs: number): readonly Candidate[] {
  const lastMs = Math.max(...servers.map(({ expiresAtMs }) => expiresAtMs));
  if (servers.length < 2 || lastMs > nowMs || nowMs - lastMs > staleKeptMs) return [];
  const together = servers.filter(({ expiresAtMs }) => lastMs - expiresAtMs <= heartbeatMs);
  const diedBefore = servers.some(
    ({ expiresAtMs }) => lastMs - expiresAtMs > heartbeatMs && lastMs - expiresAtMs <= leaseMs,
  );
  return together.length < 2 || diedBefore ? [] : together;
}

/**
 * A live server that is not excluded, or the last known ones' where all lapsed together; `undefined`: there is none.
 * @param servers those that have not left.
 */
export function pickServer(
  servers: readonly Candidate[],
  request: { nowMs: number; random: number; exclude: ReadonlySet<string> },
): Picked | undefined {
  const live = servers.filter(({ expiresAtMs }) => expiresAtMs > request.nowMs);
  const stale = live.length === 0;
  const known = stale ? lapsedTogether(servers, request.nowMs) : live;
  const allowed = known.filter(({ id }) => !request.exclude.has(id));
  const candidate = draw(allowed, request.random);
  return candidate === undefined ? undefined : { candidate, pickedFrom: allowed.length, stale };
}
