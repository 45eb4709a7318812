import { registry } from '@layers/contract/registry';
import { readServer, renewLease as renew } from '@layers/domain/registry/leases';
import { heartbeatMs } from '@layers/domain/registry/settings';
import { identifyWrite } from '@layers/http/idempotency-key';
import type { Handler } from '@layers/http/serve';
import { verifyRequest } from '@layers/http/signed-request';
import type { RegistryParts } from './registry-parts.ts';

export function renewLease({ group, now }: RegistryParts): Handler<typeof registry.renewLease> {
  return async (input, call) => {
    const { id } = input.path;
    const nowMs = now();
    const { publicKey } = await readServer(group, id);
    const signedParts = { method: 'POST', path: `/servers/${id}/heartbeat`, body: input.body };
    const signedAtMs = verifyRequest(publicKey, signedParts, input.headers['tandem-signature'], nowMs);
    const { idempotency } = identifyWrite(registry.renewLease, input, call);
    const { generation, expiresAt, mirror } = await renew(
      group,
      { id, ...input.body },
      { nowMs, signedAtMs },
      idempotency,
    );
    return { status: 200, headers: { Mirror: mirror }, body: { id, generation, expiresAt, heartbeatMs } };
  };
}
