/** How long a registration lives without a heartbeat. Liveness is judged when read: stores delete late. */
export const leaseMs = 15_000;
/** How often a server says that it lives: two may be lost before the lease is. */
export const heartbeatMs = 5_000;
/** How long the result of a probe counts, for servers that cannot send heartbeats. */
export const probeKeptMs = 5_000;
/** A failure is asked about again sooner: a server that has just been started answers late once. */
export const failedProbeKeptMs = 1_000;
export const probeTimeoutMs = 1_000;
/** How long after all leases lapsed at once the last known servers are still named. */
export const staleKeptMs = 10 * 60_000;
/** Servers that one registry holds, those that left included: their ids stay theirs until others need the room. */
export const serversMax = 200;
