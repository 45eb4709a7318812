import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { leaseMs } from '@layers/domain/registry/settings';
import { newIdentity, openRegistry, startServer } from './registry-under-test.ts';

const owner = newIdentity();
const stranger = newIdentity();
let running: Server;
let url: string;

beforeAll(async () => {
  ({ server: running, url } = await startServer());
});
afterAll(() => void running.close());

const forbidden = { status: 403, json: { code: 'forbidden' } };
const lapsed = { status: 409, json: { code: 'lease-lapsed' } };

describe('a server that registers', () => {
  test('is handed out with its lease', async () => {
    const { register, send } = openRegistry();
    const made = await register('a', url, owner);
    expect(made).toMatchObject({ status: 201, json: { id: 'a', generation: 1, heartbeatMs: 5000 } });
    const picked = await send('getServer', {});
    expect(picked.json).toEqual({
      server: url,
      id: 'a',
      expiresAt: made.json.expiresAt,
      load: 0,
      pickedFrom: 1,
    });
    expect(picked.headers['Cache-Control']).toBe('no-store');
  });

  test('is refused if it does not answer its health', async () => {
    const sick = await startServer(503);
    const { register, group } = openRegistry();
    expect(await register('a', sick.url, owner)).toMatchObject({
      status: 400,
      json: { errors: [{ pointer: '/body/url' }] },
    });
    expect(group.records.size).toBe(0);
    sick.server.close();
  });

  test('is not handed out to whoever excludes it, nor after its lease', async () => {
    const { register, send, clock } = openRegistry();
    await register('a', url, owner);
    expect((await send('getServer', { query: { exclude: 'a' } })).status).toBe(503);
    clock.nowMs += 15_000;
    const nobody = await send('getServer', {});
    expect(nobody).toMatchObject({ status: 503, json: { code: 'unavailable' } });
    expect(nobody.headers['retry-after']).toBe('5');
  });

  test('stays while it sends heartbeats, and its load counts', async () => {
    const { register, beat, send, clock } = openRegistry();
    await register('a', url, owner);
    for (let beats = 0; beats < 4; beats += 1) {
      clock.nowMs += 5_000;
      expect((await beat('a', 1, owner, beats)).status).toBe(200);
    }
    expect((await send('getServer', {})).json).toMatchObject({ id: 'a', load: 3 });
  });

  test('that leaves is handed out no more, and cannot send heartbeats', async () => {
    const { register, beat, send } = openRegistry();
    await register('a', url, owner);
    expect((await send('leaveRegistry', { id: 'a', signer: owner })).status).toBe(204);
    expect((await send('getServer', {})).status).toBe(503);
    expect(await beat('a', 1, owner)).toMatchObject(lapsed);
    expect((await register('a', url, owner)).json.generation).toBe(2);
  });
});

describe('a late heartbeat', () => {
  test('of a dead instance does not revive its lease', async () => {
    const { register, beat, clock } = openRegistry();
    await register('a', url, owner);
    clock.nowMs += 15_000;
    expect(await beat('a', 1, owner)).toMatchObject(lapsed);
  });

  test('of an earlier generation is refused once a new one is there', async () => {
    const { register, beat } = openRegistry();
    await register('a', url, owner);
    expect((await register('a', url, owner)).json.generation).toBe(2);
    expect(await beat('a', 1, owner)).toMatchObject(lapsed);
    expect((await beat('a', 2, owner)).status).toBe(200);
  });

  test('of a server that nobody knows is answered 404', async () => {
    const { beat } = openRegistry();
    expect((await beat('a', 1, owner)).status).toBe(404);
  });
});

describe('an id', () => {
  test('belongs to the key that it came with: nobody else beats, drains or takes it over', async () => {
    const { register, beat, send, clock } = openRegistry();
    await register('a', url, owner);
    expect(await beat('a', 1, stranger)).toMatchObject(forbidden);
    expect(await send('leaveRegistry', { id: 'a', signer: stranger })).toMatchObject(forbidden);
    expect(await register('a', url, stranger)).toMatchObject(forbidden);
    clock.nowMs += 3_600_000;
    expect(await register('a', url, stranger)).toMatchObject(forbidden);
  });

  test('cannot be registered with a key that the caller does not hold', async () => {
    const { send } = openRegistry();
    const body = { id: 'a', url, capacity: 1, publicKey: owner.publicKey };
    expect(await send('registerServer', { body, signer: stranger })).toMatchObject(forbidden);
  });

  test('is deaf to a signature that was used before, and to one of another minute', async () => {
    const { register, send, clock } = openRegistry();
    await register('a', url, owner);
    const body = { generation: 1, load: 0 };
    const signedAtMs = clock.nowMs + 1;
    const once = { id: 'a', body, signer: owner, signedAtMs };
    expect((await send('renewLease', once)).status).toBe(200);
    expect(await send('renewLease', once)).toMatchObject(forbidden);
    expect(await send('renewLease', { ...once, signedAtMs: clock.nowMs - 61_000 })).toMatchObject(forbidden);
  });
});

describe('the servers of the deployment', () => {
  const alpha = {
    id: 'alpha',
    url: '/_aws/execute-api/alpha/local',
    probeUrl: 'http://x/alpha',
    capacity: 1,
  };

  test('are asked for their health, and the answer is kept five seconds', async () => {
    let [asked, well] = [0, true];
    const { send, clock } = openRegistry([alpha], () => {
      asked += 1;
      return Promise.resolve(well);
    });
    const server = 'http://localhost:4566/_aws/execute-api/alpha/local';
    expect((await send('getServer', {})).json).toMatchObject({ id: 'alpha', server });
    well = false;
    expect((await send('getServer', {})).status).toBe(200);
    expect(asked).toBe(1);
    clock.nowMs += 5_000;
    expect((await send('getServer', {})).status).toBe(503);
    expect((await send('listServers', {})).json.items).toMatchObject([
      { id: 'alpha', kind: 'probed', status: 'lapsed' },
    ]);
  });

  test('are never named as the last known: a failed probe says that they are down', async () => {
    const beta = { ...alpha, id: 'beta' };
    const { send } = openRegistry([alpha, beta], () => Promise.resolve(false));
    expect((await send('getServer', {})).status).toBe(503);
  });
});

describe('a full registry', () => {
  const idOf = (index: number) => `s${String(index).padStart(3, '0')}`;
  const openFull = async () => {
    const opened = openRegistry();
    for (let index = 0; index < 200; index += 1) await opened.register(idOf(index), url, owner);
    return opened;
  };
  const tenMinutesMs = 10 * 60_000;

  test('takes no further server while all were there lately, but those it has', async () => {
    const { register } = await openFull();
    expect(await register('new', url, owner)).toMatchObject({ status: 409, json: { code: 'limit-reached' } });
    expect((await register(idOf(7), url, owner)).status).toBe(201);
  });

  test('lets the server that has been gone for the longest make room, and no other', async () => {
    const { register, clock, group } = await openFull();
    clock.nowMs += tenMinutesMs;
    for (let index = 0; index < 198; index += 1) await register(idOf(index), url, owner);
    clock.nowMs += leaseMs;
    expect((await register('new', url, stranger)).status).toBe(201);
    const images = [...group.records].flatMap(([id, { image }]) => (image === undefined ? [] : [id]));
    expect(images).toHaveLength(200);
    expect(images).not.toContain(`servers/${idOf(198)}`);
    expect(images).toContain(`servers/${idOf(199)}`);
  });

  test('lets whoever made room come back', async () => {
    const { register, clock } = await openFull();
    clock.nowMs += tenMinutesMs + leaseMs;
    await register('new', url, stranger);
    expect((await register(idOf(0), url, owner)).status).toBe(201);
  });
});

test('all leases over at once: the last known are named, as stale', async () => {
  const { register, send, clock } = openRegistry();
  await register('a', url, owner);
  await register('b', url, stranger);
  clock.nowMs += 16_000;
  expect((await send('getServer', {})).json).toMatchObject({ stale: true, pickedFrom: 2 });
});
