import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '../emulator/own-localstack.ts';
import { makeTwoComputers, type TwoComputers } from '../setup/two-computers.ts';

const upMaxMs = 300_000;
const registeredMaxMs = 30_000;
const port = 5_702;

let computers: TwoComputers;
let server: { readonly stop: () => Promise<void> };
let api: string;

interface Servers {
  readonly items: readonly { readonly id: string; readonly server: string; readonly status: string }[];
}

const seen = async () => {
  const { items } = (await computers.get(`${api}/servers`)) as Servers;
  return items.find(({ id }) => id === 'second-computer');
};

beforeAll(async () => {
  computers = await makeTwoComputers();
  api = `${computers.endpoint}/_aws/execute-api/tandem/local`;
  const at = ['--endpoint', computers.endpoint, '--listen', computers.secondAddress, '--port', `${port}`];
  server = computers.startOnSecond(['server', ...at, '--id', 'second-computer']);
}, upMaxMs);
afterAll(async () => {
  await server.stop();
  await computers.remove();
}, upMaxMs);

describe('a server on a second computer', () => {
  test('registers with the first, which hands it out and probes it over the network', async () => {
    await until(async () => (await seen())?.status === 'live', registeredMaxMs);
    expect(await seen()).toMatchObject({ server: `http://${computers.secondAddress}:${port}` });
    const picked = await computers.get(`${api}/getServer?exclude=tandem-alpha,tandem-beta`);
    expect(picked).toMatchObject({ id: 'second-computer' });
  }, 60_000);

  test('sells what the first one has', async () => {
    const there = await computers.get(`http://${computers.secondAddress}:${port}/products?limit=100`);
    expect(there).toEqual(await computers.get(`${api}/products?limit=100`));
    expect((there as Servers).items.length).toBeGreaterThan(0);
  }, 60_000);

  test('leaves the registry when it is stopped', async () => {
    await server.stop();
    expect((await seen())?.status ?? 'left').toBe('left');
  }, 60_000);
});
