import { describe, expect, test } from '@jest/globals';
import { ApiProblem, makeClient } from '@layers/contract/client';
import { shop } from '@layers/contract/shop';
import { apiUrl } from '../setup/stack.ts';

// Longer than the gateway lets a request take: 200 buyers wait for a few environments.
const client = makeClient(shop, { baseUrl: apiUrl, timeoutMs: 120_000 });
const product = async (stock: number, priceMinor = 1250) => {
  const body = { name: 'Order test', priceMinor, currency: 'EUR', category: 'order-test', stock };
  return (await client.createProduct({ body })).body.id;
};
const stockOf = async (id: string) => (await client.readProduct({ path: { id } })).body.stock;

/** `sold`, or the code of the problem. */
async function buy(userId: string, productId: string, key: string): Promise<string> {
  try {
    const items = [{ productId, quantity: 1 }];
    const { body } = await client.placeOrder({
      headers: { 'idempotency-key': key },
      body: { userId, items },
    });
    return body.id;
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    return error.problem?.code ?? `status ${error.status}`;
  }
}

/** Until the answer is definite: what may or may not have happened, or could not be tried, is asked again by its key. */
async function buyUntilDefinite(userId: string, productId: string, key: string): Promise<string> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const outcome = await buy(userId, productId, key);
    if (outcome.startsWith('ord_') || outcome === 'insufficient-stock') return outcome;
    if (outcome !== 'outcome-unknown' && outcome !== 'unavailable') throw new Error(outcome);
  }
  throw new Error('It never became definite.');
}

/** A reading that a busy store did not answer in time is asked again, as its 503 says. */
async function readOrdersOf(userId: string) {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    try {
      return (await client.listOrders({ path: { userId } })).body.items;
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.problem?.code !== 'unavailable') throw error;
    }
  }
  throw new Error(`The orders of ${userId} could not be read.`);
}

const atOnce = async <T, R>(
  items: readonly T[],
  lanes: number,
  run: (item: T) => Promise<R>,
): Promise<R[]> => {
  const results: R[] = [];
  const queue = items.entries();
  const work = async () => {
    for (const [index, item] of queue) results[index] = await run(item);
  };
  await Promise.all(Array.from({ length: lanes }, work));
  return results;
};

describe('200 buyers of 50 units', () => {
  test.each([
    ['each asking once', 1],
    ['each asking twice at once', 2],
  ])(
    '%s get 50 orders and 150 clear refusals, and nothing is sold twice',
    async (_how, times) => {
      const productId = await product(50);
      const run = `${Date.now()}-${times}`;
      const buyers = Array.from({ length: 200 }, (_unused, index) => `buyer-${run}-${index}`);
      const asked = await atOnce(buyers, 8, (buyer) =>
        Promise.all(Array.from({ length: times }, () => buyUntilDefinite(buyer, productId, buyer))),
      );
      const sold = asked.filter(([first]) => first?.startsWith('ord_'));
      const refused = asked.filter(([first]) => first === 'insufficient-stock');
      expect([sold.length, refused.length, await stockOf(productId)]).toEqual([50, 150, 0]);
      expect(asked.every((answers) => new Set(answers).size === 1)).toBe(true);
      const orders = await atOnce(buyers, 16, readOrdersOf);
      expect(
        orders
          .flat()
          .map(({ id }) => id)
          .toSorted(),
      ).toEqual(sold.map(([id]) => id).toSorted());
    },
    300_000,
  );
});

describe('an order, through the gateway', () => {
  test('of 25 lines from the cart fits one transaction, and gives everything back when it is cancelled', async () => {
    const userId = `cart-${Date.now()}`;
    const ids = await atOnce(
      Array.from({ length: 25 }, (_unused, index) => index + 1),
      5,
      (price) => product(3, price),
    );
    for (const productId of ids)
      await client.addToCart({ path: { userId }, body: { productId, quantity: 2 } });
    const placed = await client.placeOrder({ body: { userId } });
    expect([placed.body.items.length, placed.body.totalMinor]).toEqual([25, 650]);
    expect(placed.headers.get('mirror')).toBe('synced');
    expect(await atOnce(ids, 5, stockOf)).toEqual(ids.map(() => 1));
    await expect(client.readCart({ path: { userId } })).rejects.toMatchObject({ status: 404 });
    const path = { userId, orderId: placed.body.id };
    const cancelled = await Promise.all([client.cancelOrder({ path }), client.cancelOrder({ path })]);
    expect(cancelled.map(({ body }) => body.status)).toEqual(['cancelled', 'cancelled']);
    expect(await atOnce(ids, 5, stockOf)).toEqual(ids.map(() => 3));
    expect((await client.readOrder({ path })).body.history.map(({ status }) => status)).toEqual([
      'placed',
      'cancelled',
    ]);
  }, 120_000);
});
