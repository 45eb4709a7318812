import type { Candidate } from '@layers/domain/registry/pick-server';
import { failedProbeKeptMs, probeKeptMs, probeTimeoutMs } from '@layers/domain/registry/settings';

/** A server of the deployment itself: an API stage, which answers requests but cannot send heartbeats. */
export interface ProbedServer {
  readonly id: string;
  /** Absolute, or a path on the host that callers reach us by (an emulator's). */
  readonly url: string;
  /** Where we reach it ourselves. */
  readonly probeUrl: string;
  readonly capacity: number;
}

/** True if it is well. Never throws. */
export type AskHealth = (url: string) => Promise<boolean>;

const askHealth: AskHealth = async (url) => {
  try {
    const answer = await fetch(`${url}/health`, {
      redirect: 'error',
      signal: AbortSignal.timeout(probeTimeoutMs),
    });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
};

export interface ServerProbes {
  /** Each with the moment until which it counts as alive; a result is asked for again when it is too old. */
  candidates(baseUrl: string): Promise<readonly Candidate[]>;
}

/** Probes whose results are kept a while in this process; requests that meet wait for the same probe. */
export function makeServerProbes(
  servers: readonly ProbedServer[],
  now: () => number,
  ask: AskHealth = askHealth,
): ServerProbes {
  const results = new Map<string, { readonly alive: Promise<boolean>; untilMs: number }>();
  const probe = async (server: ProbedServer) => {
    const known = results.get(server.id);
    if (known !== undefined && now() < known.untilMs) return { ...known, alive: await known.alive };
    const result = { alive: ask(server.probeUrl), untilMs: now() + probeKeptMs };
    results.set(server.id, result);
    const alive = await result.alive;
    if (!alive) result.untilMs = now() + failedProbeKeptMs;
    return { alive, untilMs: result.untilMs };
  };
  return {
    candidates: (baseUrl) =>
      Promise.all(
        servers.map(async (server) => {
          const { id, capacity } = server;
          const url = new URL(server.url, baseUrl).href.replace(/\/$/, '');
          const { alive, untilMs } = await probe(server);
          return { id, url, capacity, load: 0, expiresAtMs: alive ? untilMs + probeTimeoutMs : 0 };
        }),
      ),
  };
}
