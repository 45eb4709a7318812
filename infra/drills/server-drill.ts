import { setTimeout as sleep } from 'node:timers/promises';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { makeClient } from '@layers/contract/client';
import { registry } from '@layers/contract/registry';
import { shop } from '@layers/contract/shop';
import { probeKeptMs, probeTimeoutMs } from '@layers/domain/registry/settings';
import { type BrokenFunction, breakFunction, type Failure } from './break-function.ts';
import { type Shoppers, startShoppers } from './shoppers.ts';

export interface DrillSetting {
  readonly endpoint: string;
  readonly apiUrl: string;
  readonly failure: Failure;
  /** Ends the drill, after what it broke was mended. */
  readonly stop: AbortSignal;
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
  /** Orders after its repair. */
  readonly soldByAlphaAgain: number;
}

const alpha = 'tandem-alpha';
const units = 100_000;
const watchMs = 100;
const patienceMs = 120_000;
/** As the registry promises: what it knows is at most this old, and a second for the answer's own way. */
const handedOutMaxMs = probeKeptMs + probeTimeoutMs + 1_000;

/** @throws Error when the condition does not come true in time, or the drill is told to stop. */
async function until(
  { stop }: Clients,
  what: string,
  isTrue: () => Promise<boolean> | boolean,
): Promise<void> {
  const giveUpAt = Date.now() + patienceMs;
  while (!(await isTrue())) {
    stop.throwIfAborted();
    if (Date.now() > giveUpAt) throw new Error(`Waited ${patienceMs / 1000} s in vain until ${what}.`);
    await sleep(watchMs);
  }
}

function clientsOf({ apiUrl, stop }: DrillSetting) {
  const options = { baseUrl: apiUrl, timeoutMs: 30_000 };
  return { shop: makeClient(shop, options), registry: makeClient(registry, options), stop };
}

type Clients = ReturnType<typeof clientsOf>;

const isLive = async ({ registry: client }: Clients, id: string) =>
  (await client.listServers()).body.items.some((server) => server.id === id && server.status === 'live');

/** The server's address, if the registry names it. */
async function pick({ registry: client }: Clients, id: string): Promise<string | undefined> {
  // The others are excluded, so that no chance is in the answer.
  const { items } = (await client.listServers()).body;
  const others = items.map((server) => server.id).filter((other) => other !== id);
  const query = others.length === 0 ? {} : { exclude: others.slice(0, 10).join(',') };
  return client.getServer({ query }).then(
    ({ body }) => (body.id === id ? body.server : undefined),
    () => undefined,
  );
}

async function addressOf(clients: Clients, id: string): Promise<string> {
  let url: string | undefined;
  await until(clients, `the registry names ${id}`, async () => {
    url = await pick(clients, id);
    return url !== undefined;
  });
  return url ?? '';
}

const isPicked = async (clients: Clients, id: string) => (await pick(clients, id)) !== undefined;

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
    await sleep(watchMs);
  }
  return last;
}

async function setUp(clients: Clients) {
  const body = { name: 'Drill ticket', priceMinor: 100, currency: 'EUR', category: 'drill', stock: units };
  const { id } = (await clients.shop.createProduct({ body })).body;
  await until(
    clients,
    'both servers are alive',
    async () => (await isLive(clients, alpha)) && isLive(clients, 'tandem-beta'),
  );
  return { productId: id, userId: `drill-${Date.now()}` };
}

const soldSince = ({ bought }: Shoppers, from: number, by: string) =>
  bought.slice(from).some(({ server }) => server === by);

const sellersSince = ({ bought }: Shoppers, from: number) =>
  [...new Set(bought.slice(from).map(({ server }) => server))].join(' and ');

const movedOf = ({ bought }: Shoppers) => bought.filter(({ failed }) => failed.includes(alpha)).length;

type Tell = (step: string) => void;

/** Tells of a server's first failure; later ones are counted by the shoppers. */
function tellFirstFailure(tell: Tell) {
  const met = new Set<string>();
  return ({ server, failure }: { server: string; failure: string }) => {
    if (!met.has(server))
      tell(`A client met the failure of ${server} (${failure.slice(0, 80)}) and asks for another server.`);
    met.add(server);
  };
}

/** From the failure until five more orders were sold without alpha. @returns when alpha was named last. */
async function outlive(clients: Clients, shoppers: Shoppers, tell: Tell, brokenAt: number): Promise<number> {
  let watching = true;
  const named = lastNamed(clients, () => !watching);
  const seconds = () => ((Date.now() - brokenAt) / 1000).toFixed(1);
  try {
    await until(clients, `${alpha} has left the answers`, async () => !(await isLive(clients, alpha)));
    tell(`${alpha} has left the registry's answers, ${seconds()} s after it broke.`);
    const before = shoppers.bought.length;
    await until(clients, 'five more orders were placed', () => shoppers.bought.length >= before + 5);
    const more = `${shoppers.bought.length - before} more orders meanwhile, from ${sellersSince(shoppers, before)}`;
    tell(`${more}; ${shoppers.lost.length} lost.`);
  } finally {
    watching = false;
  }
  return named;
}

interface Return {
  /** Until it was named, milliseconds. */
  readonly backAfterMs: number;
  readonly sold: number;
}

/** Until alpha is named and sells again. */
async function welcomeBack(clients: Clients, shoppers: Shoppers, tell: Tell): Promise<Return> {
  const mendedAt = Date.now();
  const sold = shoppers.bought.length;
  tell(`${alpha} is mended.`);
  await until(clients, `${alpha} is back`, () => isPicked(clients, alpha));
  const backAfterMs = Date.now() - mendedAt;
  tell(`${alpha} is back in the answers, ${(backAfterMs / 1000).toFixed(1)} s after its repair.`);
  await until(clients, `${alpha} sells again`, () => soldSince(shoppers, sold, alpha));
  tell(`${alpha} sells again.`);
  return { backAfterMs, sold: shoppers.bought.slice(sold).filter(({ server }) => server === alpha).length };
}

/** Breaks alpha for real while clients buy, shows that nothing is lost, mends it and shows it back. */
export async function drillServer(setting: DrillSetting): Promise<DrillReport> {
  const { endpoint, apiUrl, failure, say } = setting;
  const startedAt = Date.now();
  const tell: Tell = (step) => say((Date.now() - startedAt) / 1000, step);
  const clients = clientsOf(setting);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const lambda = new LambdaClient({ endpoint, region: 'us-east-1', credentials });
  const { productId, userId } = await setUp(clients);
  tell(`${alpha} and tandem-beta are alive, the registry hands out both.`);
  const onFailure = tellFirstFailure(tell);
  const shoppers = startShoppers({ registryUrl: apiUrl, userId, productId, shoppers: 2, onFailure });
  let broken: BrokenFunction | undefined;
  try {
    await until(
      clients,
      'both servers have sold',
      () => soldSince(shoppers, 0, alpha) && soldSince(shoppers, 0, 'tandem-beta'),
    );
    tell(`Two clients buy through the registry; ${shoppers.bought.length} orders so far, from both servers.`);
    const url = await addressOf(clients, alpha);
    broken = await breakFunction(lambda, alpha, failure);
    const brokenAt = Date.now();
    tell(`${alpha} is broken: ${broken.what}.`);
    // Whatever the registry draws for the others: this client has its address already, and goes there first.
    const loyal = shoppers.buyFrom({ url, id: alpha });
    const lastNamedAt = await outlive(clients, shoppers, tell, brokenAt);
    await loyal;
    const moved = movedOf(shoppers);
    tell(`${moved} of the orders moved from ${alpha} to another server, each under its one key.`);
    await broken.mend();
    broken = undefined;
    const back = await welcomeBack(clients, shoppers, tell);
    await shoppers.stop();
    return {
      ...(await count(clients, shoppers, { productId, userId }, tell)),
      movedToAnotherServer: moved,
      handedOutMs: Math.max(0, lastNamedAt - brokenAt),
      handedOutMaxMs,
      backAfterMs: back.backAfterMs,
      soldByAlphaAgain: back.sold,
    };
  } finally {
    await shoppers.stop();
    await broken?.mend();
    lambda.destroy();
  }
}

/** What was sold against what is there. */
async function count(
  clients: Clients,
  { bought, lost }: Shoppers,
  { productId, userId }: { productId: string; userId: string },
  tell: Tell,
) {
  const orders = bought.length;
  const { stock } = (await clients.shop.readProduct({ path: { id: productId } })).body;
  const kept = await countOrders(clients, userId);
  tell(`${orders} orders asked for, ${kept} there, ${units - stock} units sold.`);
  return { orders, lost, doubled: kept - orders, stockMissing: units - stock - orders };
}
