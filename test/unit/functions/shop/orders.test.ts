import { describe, expect, test } from '@jest/globals';
import { openShop } from './shop-under-test.ts';

const ada = { userId: 'ada' };

describe('a cart', () => {
  test('adds quantities of one product up, and shows the prices of now', async () => {
    const { send, create } = openShop();
    const productId = await create();
    await send('addToCart', { path: ada, body: { productId, quantity: 2 } });
    const added = await send('addToCart', { path: ada, body: { productId, quantity: 1 } });
    expect(added).toMatchObject({
      status: 201,
      json: { items: [{ productId, quantity: 3, priceMinor: 1250 }] },
    });
    const body = { name: 'Cup', priceMinor: 100, currency: 'EUR', category: 'kitchen' };
    await send('replaceProduct', { path: { id: productId }, body });
    expect((await send('readCart', { path: ada })).json).toEqual({
      ...ada,
      items: [{ productId, quantity: 3, available: true, name: 'Cup', priceMinor: 100, currency: 'EUR' }],
      totals: [{ currency: 'EUR', totalMinor: 300 }],
    });
  });

  test('shows a line whose product is gone as such', async () => {
    const { send, create } = openShop();
    const productId = await create();
    await send('addToCart', { path: ada, body: { productId, quantity: 2 } });
    await send('deleteProduct', { path: { id: productId } });
    expect((await send('readCart', { path: ada })).json).toMatchObject({
      items: [{ productId, quantity: 2, available: false }],
      totals: [],
    });
  });

  test('answers 404 while it is not there, for a line that it has not, and for a product that is not there', async () => {
    const { send, create } = openShop();
    const [productId, other] = [await create(), await create()];
    expect((await send('readCart', { path: ada })).status).toBe(404);
    await send('addToCart', { path: ada, body: { productId, quantity: 1 } });
    expect((await send('removeFromCart', { path: { ...ada, productId: other } })).status).toBe(404);
    const gone = `prod_${'A'.repeat(22)}`;
    expect(await send('addToCart', { path: ada, body: { productId: gone, quantity: 1 } })).toMatchObject({
      status: 404,
      json: { errors: [{ pointer: '/body/productId' }] },
    });
  });

  test('is gone with its last line, and comes back with the next', async () => {
    const { send, create } = openShop();
    const productId = await create();
    const body = { productId, quantity: 1 };
    await send('addToCart', { path: ada, body });
    expect((await send('removeFromCart', { path: { ...ada, productId } })).status).toBe(204);
    expect((await send('readCart', { path: ada })).status).toBe(404);
    expect(await send('addToCart', { path: ada, body })).toMatchObject({
      status: 201,
      json: { items: [body] },
    });
  });

  test('holds at most 25 lines of at most 1000 units', async () => {
    const { send, create } = openShop();
    const ids = await Promise.all(Array.from({ length: 26 }, () => create()));
    const add = (productId: string | undefined, quantity: number) =>
      send('addToCart', { path: ada, body: { productId, quantity } });
    for (const id of ids.slice(0, 25)) expect((await add(id, 1)).status).toBe(201);
    for (const refused of [await add(ids[25], 1), await add(ids[0], 1000)])
      expect(refused).toMatchObject({ status: 409, json: { code: 'limit-reached' } });
  });
});

describe('an order', () => {
  test('of given lines merges them, fixes prices, sums and takes the stock', async () => {
    const { send, create, stockOf } = openShop();
    const [mug, jug] = [await create(), await create({ name: 'Jug', priceMinor: 10 })];
    const items = [
      { productId: mug, quantity: 1 },
      { productId: jug, quantity: 2 },
      { productId: mug, quantity: 1 },
    ];
    const placed = await send('placeOrder', { body: { ...ada, items } });
    expect(placed).toMatchObject({
      status: 201,
      json: {
        ...ada,
        items: [
          { productId: mug, name: 'Enamel mug', quantity: 2, priceMinor: 1250 },
          { productId: jug, name: 'Jug', quantity: 2, priceMinor: 10 },
        ],
        totalMinor: 2520,
        currency: 'EUR',
        status: 'placed',
        createdAt: '2026-03-01T12:00:00.000Z',
      },
    });
    expect([await stockOf(mug), await stockOf(jug)]).toEqual([3, 3]);
    await send('deleteProduct', { path: { id: jug } });
    const path = { ...ada, orderId: String(placed.json.id) };
    expect((await send('readOrder', { path })).json).toEqual(placed.json);
  });

  test('of the cart empties it, and says the same again to the same key', async () => {
    const { send, create, stockOf } = openShop();
    const productId = await create();
    await send('addToCart', { path: ada, body: { productId, quantity: 2 } });
    const request = { body: ada, headers: { 'Idempotency-Key': 'o1' } };
    const placed = await send('placeOrder', request);
    expect((await send('readCart', { path: ada })).status).toBe(404);
    const path = { ...ada, orderId: String(placed.json.id) };
    await send('cancelOrder', { path });
    const again = await send('placeOrder', request);
    expect([again.status, again.json, again.headers.ETag]).toEqual([201, placed.json, placed.headers.ETag]);
    expect(await stockOf(productId)).toBe(5);
    expect(await send('placeOrder', { body: ada })).toMatchObject({
      status: 409,
      json: { code: 'empty-cart' },
    });
  });

  test('that is too large names each line, and takes nothing', async () => {
    const { send, create, stockOf } = openShop();
    const [mug, jug, pot] = [await create(), await create({ stock: 1 }), await create({ stock: 0 })];
    const items = [mug, jug, pot].map((productId) => ({ productId, quantity: 2 }));
    const refused = await send('placeOrder', { body: { ...ada, items } });
    expect(refused).toMatchObject({ status: 409, json: { code: 'insufficient-stock' } });
    const pointers = (refused.json.errors as { pointer: string }[]).map(({ pointer }) => pointer);
    expect(pointers).toEqual(['/body/items/1', '/body/items/2']);
    expect(await stockOf(mug)).toBe(5);
  });

  test('of several currencies, and of a product that is not there, is refused', async () => {
    const { send, create } = openShop();
    const [mug, jug] = [await create(), await create({ currency: 'CHF' })];
    const order = (...ids: string[]) =>
      send('placeOrder', { body: { ...ada, items: ids.map((productId) => ({ productId, quantity: 1 })) } });
    expect(await order(mug, jug)).toMatchObject({ status: 409, json: { code: 'mixed-currencies' } });
    expect(await order(mug, `prod_${'A'.repeat(22)}`)).toMatchObject({
      status: 404,
      json: { errors: [{ pointer: '/body/items/1' }] },
    });
  });

  test('gives its stock back once when it is cancelled, and keeps its history', async () => {
    const { send, create, clock, stockOf } = openShop();
    const productId = await create();
    const placed = await send('placeOrder', { body: { ...ada, items: [{ productId, quantity: 4 }] } });
    const path = { ...ada, orderId: String(placed.json.id) };
    clock.nowMs += 1000;
    const cancelled = await send('cancelOrder', { path });
    clock.nowMs += 1000;
    const again = await send('cancelOrder', { path });
    expect(cancelled).toMatchObject({
      status: 200,
      json: {
        status: 'cancelled',
        history: [
          { status: 'placed', at: '2026-03-01T12:00:00.000Z' },
          { status: 'cancelled', at: '2026-03-01T12:00:01.000Z' },
        ],
      },
    });
    expect([again.status, again.json]).toEqual([200, cancelled.json]);
    expect(await stockOf(productId)).toBe(5);
    expect((await send('readOrder', { path })).json).toEqual(cancelled.json);
  });

  test('is listed to its user alone, the newest first', async () => {
    const { send, create, clock } = openShop();
    const productId = await create();
    const items = [{ productId, quantity: 1 }];
    const ids: unknown[] = [];
    for (let n = 0; n < 3; n += 1) {
      ids.push((await send('placeOrder', { body: { ...ada, items } })).json.id);
      clock.nowMs += 1000;
    }
    await send('placeOrder', { body: { userId: 'adam', items } });
    const first = await send('listOrders', { path: ada, query: { limit: '2' } });
    const rest = await send('listOrders', {
      path: ada,
      query: { limit: '2', cursor: String(first.json.next) },
    });
    const listed = [first, rest].flatMap(({ json }) => (json.items as { id: string }[]).map(({ id }) => id));
    expect(listed).toEqual(ids.toReversed());
    expect(
      (await send('listOrders', { path: { userId: 'adam' }, query: { cursor: String(first.json.next) } }))
        .status,
    ).toBe(400);
  });
});
