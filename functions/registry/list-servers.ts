import type { registry } from '@layers/contract/registry';
import { readServers } from '@layers/domain/registry/leases';
import type { Handler } from '@layers/http/serve';
import type { RegistryParts } from './registry-parts.ts';

export function listServers({ group, probes, now }: RegistryParts): Handler<typeof registry.listServers> {
  return async (_input, { baseUrl }) => {
    const [{ servers, mirror }, probed] = await Promise.all([readServers(group), probes.candidates(baseUrl)]);
    const nowMs = now();
    const statusAt = (expiresAtMs: number) => (expiresAtMs > nowMs ? ('live' as const) : ('lapsed' as const));
    const leased = servers.map(({ id, url, state, capacity, load, expiresAt, generation }) => ({
      id,
      server: url,
      status: state === 'left' ? ('left' as const) : statusAt(Date.parse(expiresAt)),
      kind: 'leased' as const,
      capacity,
      load,
      expiresAt,
      generation,
    }));
    const asked = probed.map(({ id, url, capacity, load, expiresAtMs }) => ({
      id,
      server: url,
      status: statusAt(expiresAtMs),
      kind: 'probed' as const,
      capacity,
      load,
      expiresAt: new Date(expiresAtMs).toISOString(),
    }));
    return {
      status: 200,
      headers: { Mirror: mirror, 'Cache-Control': 'no-store' },
      body: { items: [...asked, ...leased] },
    };
  };
}
