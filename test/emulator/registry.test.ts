import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeClient } from '@layers/contract/client';
import { registry } from '@layers/contract/registry';
import { Registration } from '../../infra/servers/registration.ts';
import { apiUrl } from '../setup/stack.ts';

const client = makeClient(registry, { baseUrl: apiUrl });
let healthy: Server;
let url: string;

beforeAll(async () => {
  healthy = createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1');
  await once(healthy, 'listening');
  url = `http://127.0.0.1:${(healthy.address() as AddressInfo).port}`;
});
afterAll(() => {
  healthy.closeAllConnections();
  healthy.close();
});

const newRegistration = (id: string, privateKey = generateKeyPairSync('ed25519').privateKey, at = url) =>
  new Registration({ id, url: at, capacity: 1, registryUrl: apiUrl, privateKey, token: undefined });

const others = async (id: string) => {
  const { items } = (await client.listServers()).body;
  return items.map((server) => server.id).filter((other) => other !== id);
};
const isNamed = async (id: string) => {
  const query = { exclude: (await others(id)).slice(-10).join(',') };
  return client.getServer({ query }).then(
    ({ body }) => body.id === id,
    () => false,
  );
};

async function until(isTrue: () => Promise<boolean>, withinMs: number): Promise<number> {
  const startedAt = Date.now();
  while (!(await isTrue())) {
    if (Date.now() - startedAt > withinMs) throw new Error(`It did not come true within ${withinMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return Date.now() - startedAt;
}

describe('the servers of the deployment', () => {
  test('are both alive, and each sells what the other has', async () => {
    const live = async () =>
      (await client.listServers()).body.items.filter(
        ({ kind, status }) => kind === 'probed' && status === 'live',
      );
    await until(async () => (await live()).length === 2, 30_000);
    const servers = await live();
    expect(servers.map(({ id }) => id)).toEqual(['tandem-alpha', 'tandem-beta']);
    const shown = await Promise.all(
      servers.map(async ({ server }) => (await fetch(`${server}/products?limit=3&category=kitchen`)).json()),
    );
    const ids = shown.map((page) => (page as { items: { id: string }[] }).items.map(({ id }) => id));
    expect(ids[0]).toEqual(ids[1]);
  }, 60_000);
});

describe('a server from outside', () => {
  test('registers, is named while it beats, and no more once it leaves', async () => {
    const id = `outside-${Date.now()}`;
    const registration = newRegistration(id);
    expect(await registration.register()).toMatchObject({ generation: 1, heartbeatMs: 5000 });
    expect(await isNamed(id)).toBe(true);
    expect(await registration.renew(2)).toEqual({ outcome: 'renewed', mirror: 'synced' });
    await registration.leave();
    expect(await isNamed(id)).toBe(false);
    expect((await registration.renew(0)).outcome).toBe('registered');
    await registration.leave();
  }, 60_000);

  test('that dies without a word is named no longer than its lease and a second', async () => {
    const id = `silent-${Date.now()}`;
    await newRegistration(id).register();
    const registeredAt = Date.now();
    expect(await isNamed(id)).toBe(true);
    await until(async () => !(await isNamed(id)), 30_000);
    expect(Date.now() - registeredAt).toBeGreaterThan(10_000);
    const { items } = (await client.listServers()).body;
    const { expiresAt, status } = items.find((server) => server.id === id) ?? {};
    expect(status).toBe('lapsed');
    expect(Date.parse(expiresAt ?? '') - registeredAt).toBeLessThanOrEqual(16_000);
  }, 60_000);

  test('keeps its id from everybody else', async () => {
    const id = `owned-${Date.now()}`;
    const owner = newRegistration(id);
    await owner.register();
    const thief = newRegistration(id);
    await expect(thief.register()).rejects.toMatchObject({ status: 403 });
    await expect(thief.renew(0)).rejects.toMatchObject({ status: 403 });
    await expect(thief.leave()).rejects.toMatchObject({ status: 403 });
    await owner.leave();
  }, 60_000);

  test.each([
    ['metadata of the machine', 'https://169.254.169.254/latest'],
    ['a private network', 'https://10.1.2.3'],
    ['plain http to a public address', 'http://93.184.216.34'],
    ['a server that does not answer', 'http://127.0.0.1:9'],
  ])('is refused with the address of %s', async (_what, address) => {
    const registration = newRegistration(`refused-${Date.now()}`, undefined, address);
    await expect(registration.register()).rejects.toMatchObject({
      status: 400,
      problem: { errors: [{ pointer: '/body/url' }] },
    });
  });
});
