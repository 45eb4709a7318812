import type { registry } from '@layers/contract/registry';
import { Problem } from '@layers/domain/problem';
import { readServers } from '@layers/domain/registry/leases';
import { type Candidate, pickServer } from '@layers/domain/registry/pick-server';
import type { ServerEntity } from '@layers/domain/registry/server';
import { heartbeatMs } from '@layers/domain/registry/settings';
import type { Handler } from '@layers/http/serve';
import type { RegistryParts } from './registry-parts.ts';

const candidateOf = ({ id, url, capacity, load, expiresAt }: ServerEntity): Candidate => ({
  id,
  url,
  capacity,
  load,
  expiresAtMs: Date.parse(expiresAt),
});

const nobody = () => {
  const detail = 'No server is alive at the moment. Ask again.';
  return new Problem('unavailable', detail, { retryAfterSeconds: heartbeatMs / 1000 });
};

export function getServer(parts: RegistryParts): Handler<typeof registry.getServer> {
  return async ({ query }, { baseUrl }) => {
    const [{ servers, mirror }, probed] = await Promise.all([
      readServers(parts.group),
      parts.probes.candidates(baseUrl),
    ]);
    const leased = servers.filter(({ state }) => state === 'serving').map(candidateOf);
    // A probe that failed says that the server is down, so it never stands among the last known.
    const candidates = [...leased, ...probed.filter(({ expiresAtMs }) => expiresAtMs > 0)];
    const request = {
      nowMs: parts.now(),
      random: parts.random(),
      exclude: query.exclude ?? new Set<string>(),
    };
    const picked = pickServer(candidates, request);
    if (picked === undefined) throw nobody();
    const { id, url, load, expiresAtMs } = picked.candidate;
    return {
      status: 200,
      headers: { Mirror: mirror, 'Cache-Control': 'no-store' },
      body: {
        server: url,
        id,
        expiresAt: new Date(expiresAtMs).toISOString(),
        load,
        pickedFrom: picked.pickedFrom,
        ...(picked.stale ? { stale: true } : {}),
      },
    };
  };
}
