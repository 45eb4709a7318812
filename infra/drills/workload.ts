import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiProblem, makeClient } from '@layers/contract/client';
import { registry } from '@layers/contract/registry';
import { shop } from '@layers/contract/shop';
import { Registration } from '../servers/registration.ts';
import { patienceMs } from './patience.ts';

/** One request of a client, with how it ended. */
export interface Attempt {
  readonly kind: 'write' | 'read';
  readonly sentAtMs: number;
  readonly endedAtMs: number;
  /** `synced`, `degraded`, `stale`, `answered`, or why not: a problem's code, `no-answer`. */
  readonly outcome: string;
  readonly succeeded: boolean;
}

/** A write that was acknowledged: from then on it may not be lost. */
export interface Acknowledged {
  readonly recordId: string;
  /** What its image must say at the end, field by field: of a record that is written once. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Of one that is written again and again: its `load` must be at least this. */
  readonly counter: number;
  readonly mirror: string;
  readonly atMs: number;
}

export interface Workload {
  readonly attempts: readonly Attempt[];
  readonly acknowledged: readonly Acknowledged[];
  /** Writes whose outcome is not known yet. */
  readonly open: () => number;
  /** Sends nothing new, repeats what is open until it is known or the time is over. @returns what stayed open */
  readonly settle: (withinMs: number) => Promise<number>;
  /** What is kept beside the acknowledged writes, and must not be: effects without an answer, units that are missing. */
  readonly audit: () => Promise<readonly string[]>;
}

const writers = 4;
const pauseMs = 50;
const timeoutMs = 25_000;
const units = 1_000_000;
const registerAttemptsMax = 20;
/** Orders of before the fault that are sent once more when all is over. */
const repeatedMax = 10;

const failureOf = (error: unknown) =>
  error instanceof ApiProblem ? (error.problem?.code ?? `status-${error.status}`) : 'no-answer';

interface Running {
  readonly attempts: Attempt[];
  readonly acknowledged: Acknowledged[];
  stopped: boolean;
  impatient: boolean;
  open: number;
}

async function attempt<Answer>(
  running: Running,
  kind: Attempt['kind'],
  send: () => Promise<Answer & { readonly headers?: Headers; readonly mirror?: string }>,
): Promise<{ answer: Answer; mirror: string } | undefined> {
  const sentAtMs = Date.now();
  const note = (outcome: string, succeeded: boolean) =>
    running.attempts.push({ kind, sentAtMs, endedAtMs: Date.now(), outcome, succeeded });
  try {
    const answer = await send();
    const mirror = answer.mirror ?? answer.headers?.get('mirror') ?? 'answered';
    note(mirror, true);
    return { answer, mirror };
  } catch (error) {
    note(failureOf(error), false);
    return undefined;
  }
}

/** A verdict waits for a busy machine: what is unavailable is asked again. @throws what the last answer was */
async function insistently<Answer>(send: () => Promise<Answer>): Promise<Answer> {
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    try {
      return await send();
    } catch (error) {
      const isPassing = !(error instanceof ApiProblem) || error.status >= 500;
      if (!isPassing || Date.now() > giveUpAt) throw error;
      await sleep(pauseMs);
    }
  }
}

/** One write after another, each repeated as it is until it is answered: an unknown outcome is resolved by its key. */
async function writeOn(running: Running, write: (key: string) => Promise<Acknowledged | undefined>) {
  while (!running.stopped) {
    const key = randomUUID();
    running.open += 1;
    for (;;) {
      const done = await write(key);
      if (done !== undefined) {
        running.acknowledged.push(done);
        running.open -= 1;
        break;
      }
      if (running.impatient) return;
      await sleep(pauseMs);
    }
    await sleep(pauseMs);
  }
}

async function readOn(running: Running, read: () => Promise<unknown>) {
  while (!running.stopped) {
    await read();
    await sleep(pauseMs);
  }
}

function workload(running: Running, loops: readonly Promise<void>[], audit: Workload['audit']): Workload {
  return {
    attempts: running.attempts,
    acknowledged: running.acknowledged,
    open: () => running.open,
    audit,
    settle: async (withinMs) => {
      running.stopped = true;
      const timer = setTimeout(() => {
        running.impatient = true;
      }, withinMs);
      await Promise.all(loops);
      clearTimeout(timer);
      return running.open;
    },
  };
}

const newRun = (): Running => ({ attempts: [], acknowledged: [], stopped: false, impatient: false, open: 0 });

/** Buyers of one product through the API, and one who looks at it. */
async function startBuyers(apiUrl: string): Promise<Workload> {
  const client = makeClient(shop, { baseUrl: apiUrl, timeoutMs });
  const body = { name: 'Drill ticket', priceMinor: 100, currency: 'EUR', category: 'drill', stock: units };
  const { id: productId } = (await client.createProduct({ body })).body;
  const userId = `drill-${randomUUID().slice(0, 8)}`;
  const running = newRun();
  const requestOf = (key: string) => ({
    headers: { 'idempotency-key': key },
    body: { userId, items: [{ productId, quantity: 1 }] },
  });
  const sentBefore: { sent: ReturnType<typeof requestOf>; id: string }[] = [];
  const buy = async (key: string) => {
    const sent = requestOf(key);
    const placed = await attempt(running, 'write', () => client.placeOrder(sent));
    if (placed === undefined) return undefined;
    const { items: lines, ...fields } = placed.answer.body;
    const { id } = fields;
    sentBefore.push({ sent, id });
    const recordId = `orders/${userId}/${id}`;
    return { recordId, fields: { ...fields, lines }, counter: 0, mirror: placed.mirror, atMs: Date.now() };
  };
  const look = () => attempt(running, 'read', () => client.readProduct({ path: { id: productId } }));
  const loops = [...Array.from({ length: writers }, () => writeOn(running, buy)), readOn(running, look)];
  const audit = async () => {
    const twice: string[] = [];
    for (const { sent, id } of sentBefore.slice(0, repeatedMax)) {
      const again = (await insistently(() => client.placeOrder(sent))).body.id;
      if (again !== id) twice.push(`the order ${id}, repeated with its key, became ${again}`);
    }
    const orders = new Set<string>();
    let cursor: string | undefined;
    do {
      const query = { limit: 100, cursor };
      const { body: page } = await insistently(() => client.listOrders({ path: { userId }, query }));
      for (const { id } of page.items) orders.add(id);
      cursor = page.next;
    } while (cursor !== undefined);
    const { stock } = (await insistently(() => client.readProduct({ path: { id: productId } }))).body;
    const expected = running.acknowledged.length;
    return [
      ...twice,
      ...(orders.size < expected || orders.size > expected + running.open
        ? [`${orders.size} orders are there, ${expected} were answered, ${running.open} are open`]
        : []),
      ...(units - stock === orders.size ? [] : [`${units - stock} units are sold, ${orders.size} ordered`]),
    ];
  };
  return workload(running, loops, audit);
}

/** The registry asks within a second whether a server is well: on a busy machine one answers late. */
async function registerSoon(registration: Registration): Promise<void> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      await registration.register();
      return;
    } catch (error) {
      if (attempts === registerAttemptsMax) throw error;
      await sleep(pauseMs);
    }
  }
}

/** Servers that say they are alive, and one client who asks which are. */
async function startServers(apiUrl: string): Promise<Workload> {
  const client = makeClient(registry, { baseUrl: apiUrl, timeoutMs });
  const running = newRun();
  const url = apiUrl.replace('/tandem/', '/tandem-alpha/');
  const run = randomUUID().slice(0, 8);
  const servers = await Promise.all(
    Array.from({ length: writers }, async (_, index) => {
      const { privateKey } = generateKeyPairSync('ed25519');
      const id = `drill-${run}-${index}`;
      const registration = new Registration({
        ...{ id, url, capacity: 1, privateKey, registryUrl: apiUrl, token: undefined },
      });
      await registerSoon(registration);
      return { id, registration };
    }),
  );
  const beat = ({ id, registration }: (typeof servers)[number]) => {
    let load = 0;
    return async () => {
      load += 1;
      const counter = load;
      const done = await attempt(running, 'write', async () => registration.renew(counter));
      if (done === undefined) return undefined;
      const { mirror, answer } = done;
      // A lease that lapsed meanwhile is a registration, which says nothing of the load.
      const least = answer.outcome === 'renewed' ? counter : 0;
      return { recordId: `servers/${id}`, fields: { id, url }, counter: least, mirror, atMs: Date.now() };
    };
  };
  const look = () => attempt(running, 'read', () => client.listServers());
  const loops = [...servers.map((server) => writeOn(running, beat(server))), readOn(running, look)];
  const audit = async () => {
    await Promise.all(servers.map(({ registration }) => registration.leave().catch(() => undefined)));
    return [];
  };
  return workload(running, loops, audit);
}

/** Clients of each group that can be drilled. */
export const workloads: Readonly<Record<string, (apiUrl: string) => Promise<Workload>>> = {
  shop: startBuyers,
  registry: startServers,
};
