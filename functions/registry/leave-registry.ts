import { registry } from '@layers/contract/registry';
import { leaveRegistry as leave, readServer } from '@layers/domain/registry/leases';
import { identifyWrite } from '@layers/http/idempotency-key';
import type { Handler } from '@layers/http/serve';
import { verifyRequest } from '@layers/http/signed-request';
import type { RegistryParts } from './registry-parts.ts';

export function leaveRegistry({ group, now }: RegistryParts): Handler<typeof registry.leaveRegistry> {
  return async (input, call) => {
    const { id } = input.path;
    const nowMs = now();
    const { publicKey } = await readServer(group, id);
    const signedParts = { method: 'DELETE', path: `/servers/${id}`, body: null };
    const signedAtMs = verifyRequest(publicKey, signedParts, input.headers['tandem-signature'], nowMs);
    const { idempotency } = identifyWrite(registry.leaveRegistry, input, call);
    const mirror = await leave(group, id, { nowMs, signedAtMs }, idempotency);
    return { status: 204, headers: { Mirror: mirror } };
  };
}
