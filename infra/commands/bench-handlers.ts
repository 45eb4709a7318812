import { shop } from '@layers/contract/shop';
import { canonicalJson } from '@layers/domain/canonical-json';
import type { Entities, MirroredGroup, Transaction } from '@layers/domain/redundancy/transaction';
import { sealedCursors } from '@layers/http/cursors';
import { serve } from '@layers/http/serve';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { shopHandlers } from '../../functions/shop/handlers.ts';
import { median } from '../bench/paired-ratio.ts';
import { runCommand } from '../emulator/command-line.ts';

const usage = `
npm run bench:handlers
  The processor time that a request costs in our own code, above its store calls: the shop's handlers, from the gateway's
  event to its answer, over stores that answer at once, less those stores alone. Microseconds, the median of the rounds.
`;

const rounds = 21;
const callsPerRound = 2_000;
const goalMicros = 40;

const id = `prod_${'A'.repeat(22)}`;
const version = { epoch: 1, ver: 1 };
const product = { id, name: 'Mug', priceMinor: 1250, currency: 'EUR', category: 'kitchen' };
// A map: a member of an object that is asked for by a new id costs more, which is no handler's cost.
const images = new Map([
  [`products/${id}`, canonicalJson(product)],
  [`stock/${id}`, canonicalJson({ productId: id, units: 1_000_000 })],
]);

function entitiesOf(ids: readonly string[]): Entities {
  return new Map(
    ids.map((one) => {
      const image = images.get(one);
      return [one, image === undefined ? undefined : { id: one, version, image }];
    }),
  );
}

/** Decides as the protocol would have it, and keeps nothing. */
const group: MirroredGroup = {
  read: (ids) => Promise.resolve({ entities: entitiesOf(ids), mirror: 'synced' }),
  write: (transaction: Transaction) => {
    const { answer } = transaction.decide(entitiesOf(transaction.keys), () => version);
    return Promise.resolve({ answer, replayed: false, mirror: 'synced' });
  },
  list: () => Promise.resolve({ items: [], next: undefined, mirror: 'synced' }),
};

const parts = { group, cursors: sealedCursors(() => Promise.resolve('bench')), now: Date.now };
type LambdaHandler = (event: APIGatewayProxyEvent, context: Context) => Promise<unknown>;
const handler: LambdaHandler = serve('shop', shop, shopHandlers(parts));
const context = { getRemainingTimeInMillis: () => 10_000 } as Context;

function eventOf(operation: keyof typeof shop, path: Record<string, string> | null, body?: object) {
  const event: Partial<APIGatewayProxyEvent> = {
    httpMethod: shop[operation].method,
    resource: shop[operation].path,
    path: shop[operation].path,
    pathParameters: path,
    multiValueQueryStringParameters: null,
    headers: { Host: 'localhost', 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: {
      requestId: 'r',
      apiId: 'tandem',
      stage: 'local',
    } as APIGatewayProxyEvent['requestContext'],
  };
  return event as APIGatewayProxyEvent;
}

interface Measured {
  readonly name: string;
  readonly whole: () => Promise<unknown>;
  /** The same store calls alone. */
  readonly bare: () => Promise<unknown>;
}

const keys = [`products/${id}`, `stock/${id}`];
const mug = { name: 'Mug', priceMinor: 1250, currency: 'EUR', category: 'kitchen', stock: 5 };
const order = { userId: 'ada', items: [{ productId: id, quantity: 1 }] };
/** The event is the gateway's work, so it is there before the clock runs. */
const calling = (event: APIGatewayProxyEvent) => () => handler(event, { ...context });
const write = () =>
  group.write({ keys, idempotency: undefined, decide: () => ({ changes: [], answer: '' }) });
const measured: readonly Measured[] = [
  {
    name: 'GET /products/{id}',
    whole: calling(eventOf('readProduct', { id })),
    bare: () => group.read(keys),
  },
  {
    name: 'POST /products',
    whole: calling(eventOf('createProduct', null, mug)),
    bare: write,
  },
  {
    name: 'POST /orders',
    whole: calling(eventOf('placeOrder', null, order)),
    bare: write,
  },
];

/** Processor time of one call, microseconds. */
async function cost(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let calls = 0; calls < callsPerRound; calls += 1) await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / callsPerRound;
}

await runCommand(usage, {}, async () => {
  const print = console.log;
  // What a log line costs to make counts, what the terminal costs does not.
  console.log = () => undefined;
  const lines: string[] = [];
  for (const { name, whole, bare } of measured) {
    await cost(whole);
    const above: number[] = [];
    // Interleaved, so that what the machine does meanwhile meets both.
    for (let round = 0; round < rounds; round += 1) above.push((await cost(whole)) - (await cost(bare)));
    lines.push(`${name.padEnd(20)} ${median(above).toFixed(1).padStart(7)} µs`);
  }
  print([...lines, `${'goal'.padEnd(20)} ${String(goalMicros).padStart(7)} µs`].join('\n'));
  return 0;
});
