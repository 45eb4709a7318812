import { registry } from '@layers/contract/registry';
import { Problem } from '@layers/domain/problem';
import { registerServer as register } from '@layers/domain/registry/leases';
import { heartbeatMs, probeTimeoutMs } from '@layers/domain/registry/settings';
import { identifyWrite } from '@layers/http/idempotency-key';
import { checkAddress, getPinned, type OutboundRules } from '@layers/http/outbound-address';
import type { Handler } from '@layers/http/serve';
import { verifyRequest } from '@layers/http/signed-request';
import type { RegistryParts } from './registry-parts.ts';

const healthBytesMax = 65_536;

/** What is handed out must be reachable, and by an address that we would call ourselves. */
async function requireHealthy(url: string, outbound: OutboundRules): Promise<string> {
  const checked = await checkAddress(url, outbound);
  const limits = { timeoutMs: probeTimeoutMs, bytesMax: healthBytesMax };
  // What it answered instead is not told: the caller must not read our network through us.
  const status = await getPinned(checked, '/health', limits).then(
    (answer) => answer.status,
    () => undefined,
  );
  if (status !== 200) {
    const detail = `does not answer GET /health with 200 within ${probeTimeoutMs} ms`;
    throw new Problem('invalid-request', `The url ${detail}.`, {
      errors: [{ pointer: '/body/url', detail }],
    });
  }
  return checked.url.href.replace(/\/$/, '');
}

export function registerServer(parts: RegistryParts): Handler<typeof registry.registerServer> {
  return async (input, call) => {
    const { body, headers } = input;
    const nowMs = parts.now();
    const signedParts = { method: 'POST', path: '/servers', body };
    const signedAtMs = verifyRequest(body.publicKey, signedParts, headers['tandem-signature'], nowMs);
    const url = await requireHealthy(body.url, parts.outbound);
    const { idempotency } = identifyWrite(registry.registerServer, input, call);
    const lease = await register(parts.group, { ...body, url }, { nowMs, signedAtMs }, idempotency);
    return {
      status: 201,
      headers: { Mirror: lease.mirror, Location: `${call.baseUrl}/servers` },
      body: { id: body.id, generation: lease.generation, expiresAt: lease.expiresAt, heartbeatMs },
    };
  };
}
