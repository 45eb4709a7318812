import { LambdaClient } from '@aws-sdk/client-lambda';
import { makeClient } from '@layers/contract/client';
import { registry } from '@layers/contract/registry';
import { shop } from '@layers/contract/shop';
import { probeKeptMs, probeTimeoutMs } from '@layers/domain/registry/settings';
import { breakFunction, type Failure } from './break-function.ts';
import { type Shoppers, startShoppers } from './shoppers.ts';

export interface DrillSetting {
  readonly endpoint: string;
  readonly apiUrl: string;
  readonly failure: Failure;
  /** Told each step of the story, with the seconds since it began. */
  readonly say: (seconds: number, step: string) => void;
}

export interface DrillReport {
  readonly orders: number;
  readonly lost: readonly string[];
  /** Orders that exist beside those that were answered. */
  readonly doubled: number;
  readonly stockMissing: number;
  /** Requests that alpha failed and another server answered. */
  readonly movedToAnotherServer: number;
  /** From its failure until the registry named alpha for the last time, milliseconds. */
  readonly handedOutMs: number;
  readonly handedOutMaxMs: number;
  /** From its repair until the registry named it again, milliseconds. */
  readonly backAfterMs: number;
  readonly soldByAlphaAgain: boolean;
}

const alpha = 'tandem-alpha';
const units = 100_000;
const watchMs = 100;
const patienceMs = 60_000;
/** As the registry promises: what it knows is at most this old, and a second for the answer's own way. */
const handedOutMaxMs = probeKeptMs + probeTimeoutMs + 1_000;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** @throws Error when the condition does not come true in time. */
async function until(what: string, isTrue: () => Promise<boolean> | boolean): Promise<void> {
  const giveUpAt = Date.now() + patienceMs;
  while (!(await isTrue())) {
    if (Date.now() > giveUpAt) throw new Error(`Waited ${patienceMs / 1000} s in vain until ${what}.`);
    await pause(watchMs);
  }
}

function clientsOf(apiUrl: string) {
  const options = { baseUrl: apiUrl, timeoutMs: 30_000 };
  return { shop: makeClient(shop, options), registry: makeClient(registry, options) };
}

type Clients = ReturnType<typeof clientsOf>;

const isLive = async ({ registry: client }: Clients, id: string) =>
  (await client.listServers()).body.items.some((server) => server.id === id && server.status === 'live');

async function isPicked({ registry: client }: Clients, id: string): Promise<boolean> {
  // The others are excluded, so that no chance is in the answer.
  const { items } = (await client.listServers()).body;
  const others = items.map((server) => server.id).filter((other) => other !== id);
  const query = others.length === 0 ? {} : { exclude: others.slice(0, 10).join(',') };
  return client.getServer({ query }).then(
    ({ body }) => body.id === id,
    () => false,
  );
}

async function countOrders({ shop: client }: Clients, userId: string): Promise<number> {
  let [count, cursor]: [number, string | undefined] = [0, undefined];
  do {
    const { body } = await client.listOrders({ path: { userId }, query: { limit: 100, cursor } });
    count += body.items.length;
    cursor = body.next;
  } while (cursor !== undefined);
  return count;
}

/** Watches which servers the registry names, until told to stop. @returns when alpha was named last. */
async function lastNamed(clients: Clients, stopped: () => boolean): Promise<number> {
  let last = 0;
  while (!stopped()) {
    if (await isPicked(clients, alpha)) last = Date.now();
    await pause(watchMs);
  }
  return last;
}

async function setUp(clients: Clients) {
  const body = { name: 'Drill ticket', priceMinor: 100, currency: 'EUR', category: 'drill', stock: units };
  const { id } = (await clients.shop.createProduct({ body })).body;
  await until(
    'both servers are alive',
    async () => (await isLive(clients, alpha)) && isLive(clients, 'tandem-beta'),
  );
  return { productId: id, userId: `drill-${Date.now()}` };
}

const soldSince = ({ bought }: Shoppers, from: number, by: string) =>
  bought.slice(from).some(({ server }) => server === by);

const sellersSince = ({ bought }: Shoppers, from: number) =>
  [...new Set(bought.slice(from).map(({ server }) => server))].join(' and ');

/** Breaks alpha for real while clients buy, shows that nothing is lost, mends it and shows it back. */
export async function drillServer({ endpoint, apiUrl, failure, say }: DrillSetting): Promise<DrillReport> {
  const startedAt = Date.now();
  const tell = (step: string) => say((Date.now() - startedAt) / 1000, step);
  const clients = clientsOf(apiUrl);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const lambda = new LambdaClient({ endpoint, region: 'us-east-1', credentials });
  const { productId, userId } = await setUp(clients);
  tell(`${alpha} and tandem-beta are alive, the registry hands out both.`);
  const failed = new Map<string, number>();
  const onFailure = ({ server, failure: why }: { server: string; failure: string }) => {
    const times = (failed.get(server) ?? 0) + 1;
    failed.set(server, times);
    if (times === 1)
      tell(`A client met the failure of ${server} (${why.slice(0, 80)}) and asks for another server.`);
  };
  const shoppers = startShoppers({ registryUrl: apiUrl, userId, productId, shoppers: 2, onFailure });
  await until(
    'both servers have sold',
    () => soldSince(shoppers, 0, alpha) && soldSince(shoppers, 0, 'tandem-beta'),
  );
  tell(`Two clients buy through the registry; ${shoppers.bought.length} orders so far, from both servers.`);

  const broken = await breakFunction(lambda, alpha, failure);
  const brokenAt = Date.now();
  tell(`${alpha} is broken: ${broken.what}.`);
  let watching = true;
  const named = lastNamed(clients, () => !watching);
  await until(`${alpha} has left the answers`, async () => !(await isLive(clients, alpha)));
  tell(
    `${alpha} has left the registry's answers, ${((Date.now() - brokenAt) / 1000).toFixed(1)} s after it broke.`,
  );
  const before = shoppers.bought.length;
  await until('five more orders were placed', () => shoppers.bought.length >= before + 5);
  watching = false;
  const handedOutMs = Math.max(0, (await named) - brokenAt);
  tell(
    `${shoppers.bought.length - before} more orders meanwhile, from ${sellersSince(shoppers, before)}; ${shoppers.lost.length} lost.`,
  );

  await broken.mend();
  const mendedAt = Date.now();
  const sold = shoppers.bought.length;
  tell(`${alpha} is mended.`);
  await until(`${alpha} is back`, () => isPicked(clients, alpha));
  const backAfterMs = Date.now() - mendedAt;
  tell(`${alpha} is back in the answers, ${(backAfterMs / 1000).toFixed(1)} s after its repair.`);
  await until(`${alpha} sells again`, () => soldSince(shoppers, sold, alpha));
  await shoppers.stop();
  lambda.destroy();

  const orders = shoppers.bought.length;
  const stock = (await clients.shop.readProduct({ path: { id: productId } })).body.stock;
  const kept = await countOrders(clients, userId);
  const moved = shoppers.bought.filter((one) => one.failed.includes(alpha)).length;
  tell(
    `${orders} orders asked for, ${kept} there, ${units - stock} units sold; ${moved} moved to another server.`,
  );
  return {
    orders,
    lost: shoppers.lost,
    doubled: kept - orders,
    stockMissing: units - stock - orders,
    movedToAnotherServer: moved,
    handedOutMs,
    handedOutMaxMs,
    backAfterMs,
    soldByAlphaAgain: soldSince(shoppers, sold, alpha),
  };
}
