import { randomUUID } from 'node:crypto';
import { makeClient } from '@layers/contract/client';
import { shop } from '@layers/contract/shop';
import {
  attempt,
  insistently,
  newRun,
  readAllOn,
  timeoutMs,
  type Workload,
  type Write,
  workload,
  writeOn,
} from './workload.ts';

const writers = 4;
const everyMs = 250;
const units = 1_000_000;
/** Orders of before the fault that are sent once more when all is over. */
const repeatedMax = 10;

/** Buyers of one product through the API, and one who looks at it. */
export async function startBuyers(apiUrl: string): Promise<Workload> {
  const client = makeClient(shop, { baseUrl: apiUrl, timeoutMs });
  const body = { name: 'Drill ticket', priceMinor: 100, currency: 'EUR', category: 'drill', stock: units };
  const { id: productId } = (await insistently(() => client.createProduct({ body }))).body;
  const userId = `drill-${randomUUID().slice(0, 8)}`;
  const running = newRun();
  const newOrder = () => ({
    headers: { 'idempotency-key': randomUUID() },
    body: { userId, items: [{ productId, quantity: 1 }] },
  });
  const sentBefore: { sent: ReturnType<typeof newOrder>; id: string }[] = [];
  const buy = (): Write => {
    const sent = newOrder();
    return async () => {
      const placed = await attempt(running, 'write', () => client.placeOrder(sent));
      if (placed === undefined) return undefined;
      const { mirror, answer } = placed;
      const { items: lines, ...fields } = answer.body;
      const { id } = fields;
      sentBefore.push({ sent, id });
      const recordId = `orders/${userId}/${id}`;
      return [{ recordId, fields: { ...fields, lines }, counter: 0, mirror, atMs: Date.now() }];
    };
  };
  const look = () => attempt(running, 'read', () => client.readProduct({ path: { id: productId } }));
  const loops = [
    ...Array.from({ length: writers }, () => writeOn(running, buy, everyMs)),
    ...readAllOn(running, look),
  ];
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
