import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { registry } from '@layers/contract/registry';
import { lookupAddresses } from '@layers/http/outbound-address';
import { serve } from '@layers/http/serve';
import { signRequest } from '@layers/http/signed-request';
import { registryHandlers } from '../../../../functions/registry/handlers.ts';
import { makeServerProbes, type ProbedServer } from '../../../../functions/registry/server-probes.ts';
import { answerOf } from '../../http/event.ts';
import { MemoryGroup } from '../memory-group.ts';

export interface Identity {
  readonly privateKey: KeyObject;
  readonly publicKey: string;
}

export function newIdentity(): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKey: publicKey.export({ format: 'jwk' }).x ?? '' };
}

/** A server that answers GET /health with the status given. */
export async function startServer(status = 200): Promise<{ server: Server; url: string }> {
  const server = createServer((_request, response) => response.writeHead(status).end('{}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

export function openRegistry(probed: readonly ProbedServer[] = [], ask = () => Promise.resolve(true)) {
  const group = new MemoryGroup();
  const clock = { nowMs: Date.parse('2026-03-01T12:00:00Z') };
  const now = () => clock.nowMs;
  const handler = serve(
    'registry',
    registry,
    registryHandlers({
      group,
      probes: makeServerProbes(probed, now, ask),
      outbound: { networks: ['127.0.0.0/8'], lookup: lookupAddresses },
      now,
      random: () => 0.5,
    }),
  );
  const send = (
    operation: keyof typeof registry,
    given: {
      id?: string;
      query?: Record<string, string>;
      body?: unknown;
      signer?: Identity;
      signedAtMs?: number;
    },
  ) => {
    const { method, path } = registry[operation];
    const { id, body, signer } = given;
    // Each signature a millisecond later, as a real signer's clock has it.
    clock.nowMs += 1;
    const parts = { method, path: id === undefined ? path : path.replace('{id}', id), body: body ?? null };
    const signature = signer && signRequest(signer.privateKey, parts, given.signedAtMs ?? clock.nowMs);
    return answerOf(handler, {
      method,
      resource: path,
      ...(id === undefined ? {} : { path: { id } }),
      query: Object.fromEntries(Object.entries(given.query ?? {}).map(([name, value]) => [name, [value]])),
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(signature === undefined ? {} : { 'Tandem-Signature': signature }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  };
  const register = (id: string, url: string, signer: Identity, capacity = 1) =>
    send('registerServer', { body: { id, url, capacity, publicKey: signer.publicKey }, signer });
  const beat = (id: string, generation: number, signer: Identity, load = 0) =>
    send('renewLease', { id, body: { generation, load }, signer });
  return { group, clock, send, register, beat };
}
