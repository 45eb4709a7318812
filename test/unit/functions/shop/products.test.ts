import { describe, expect, test } from '@jest/globals';
import { mug, openShop } from './shop-under-test.ts';

const { stock: _, ...fields } = mug;

describe('a new product', () => {
  test('is answered with its address, its version and where it is kept', async () => {
    const { send } = openShop();
    const made = await send('createProduct', { body: mug });
    const { id } = made.json;
    expect(made).toMatchObject({ status: 201, json: { ...mug, version: 1 } });
    expect(made.headers).toMatchObject({
      ETag: '"1.1.1"',
      Mirror: 'synced',
      Location: `http://localhost:4566/_aws/execute-api/tandem/local/products/${String(id)}`,
    });
    expect((await send('readProduct', { path: { id: String(id) } })).json).toEqual(made.json);
  });

  test('is made once for one Idempotency-Key, and the same answer is given again', async () => {
    const { send, group } = openShop();
    const request = { body: mug, headers: { 'Idempotency-Key': 'k1' } };
    const [one, other] = [await send('createProduct', request), await send('createProduct', request)];
    expect(other).toMatchObject({ status: 201, json: one.json });
    expect(other.headers.ETag).toBe(one.headers.ETag);
    expect(group.records.size).toBe(2);
  });

  test('is refused where the key was used for another one', async () => {
    const { send } = openShop();
    const headers = { 'Idempotency-Key': 'k1' };
    await send('createProduct', { body: mug, headers });
    const other = await send('createProduct', { body: { ...mug, name: 'Bowl' }, headers });
    expect(other).toMatchObject({ status: 422, json: { code: 'idempotency-mismatch' } });
  });

  test('names every wrong and every unknown field at once', async () => {
    const { send } = openShop();
    const body = {
      id: 'prod_x',
      name: '',
      priceMinor: 1.5,
      currency: 'euro',
      category: 'A B',
      stock: -1,
      price: 3,
    };
    const { status, json } = await send('createProduct', { body });
    expect(status).toBe(400);
    const pointers = (json.errors as { pointer: string }[]).map(({ pointer }) => pointer);
    expect(new Set(pointers)).toEqual(
      new Set(
        ['name', 'priceMinor', 'currency', 'category', 'stock', 'id', 'price'].map((name) => `/body/${name}`),
      ),
    );
  });

  test.each([
    ['a control character', 'Mug\u0007'],
    ['half a surrogate pair', 'Mug \ud83d'],
    ['121 characters', 'm'.repeat(121)],
    ['a leading blank', ' mug'],
  ])('may not be called by %s', async (_what, name) => {
    const { send } = openShop();
    expect(await send('createProduct', { body: { ...mug, name } })).toMatchObject({
      status: 400,
      json: { errors: [{ pointer: '/body/name' }] },
    });
  });

  test('may be called by 120 characters outside the basic plane', async () => {
    const { send } = openShop();
    expect((await send('createProduct', { body: { ...mug, name: '🫖'.repeat(120) } })).status).toBe(201);
  });
});

describe('a product that is replaced', () => {
  test('changes with its current ETag, stock included', async () => {
    const { send, create } = openShop();
    const path = { id: await create() };
    const body = { ...fields, priceMinor: 900, stock: 7 };
    const replaced = await send('replaceProduct', { path, body, headers: { 'If-Match': '"1.1.1"' } });
    expect(replaced).toMatchObject({ status: 200, json: { priceMinor: 900, stock: 7, version: 2 } });
    expect(replaced.headers.ETag).toBe('"1.2.2"');
  });

  test('is refused with a stale ETag, and with a weak one', async () => {
    const { send, create, stockOf } = openShop();
    const id = await create();
    await send('changeStock', { path: { id }, body: { delta: -1 } });
    for (const tag of ['"1.1.1"', 'W/"1.1.2"']) {
      const body = { ...fields, stock: 99 };
      expect(
        await send('replaceProduct', { path: { id }, body, headers: { 'If-Match': tag } }),
      ).toMatchObject({
        status: 412,
        json: { code: 'precondition-failed' },
      });
    }
    expect(await stockOf(id)).toBe(4);
  });

  test('keeps its stock where the body has none, and loses what the body leaves out', async () => {
    const { send, create } = openShop();
    const path = { id: await create({ description: 'Blue rim' }) };
    const { status, json } = await send('replaceProduct', { path, body: { ...fields, name: 'Cup' } });
    expect([status, json]).toEqual([200, { ...path, ...fields, name: 'Cup', stock: 5, version: 2 }]);
  });

  test('asks for If-Match where the body carries stock', async () => {
    const { send, create } = openShop();
    const answer = await send('replaceProduct', { path: { id: await create() }, body: mug });
    expect(answer).toMatchObject({ status: 428, json: { code: 'precondition-required' } });
  });

  test('answers 404 for a product that is not there, and for an id that cannot be one', async () => {
    const { send } = openShop();
    for (const id of [`prod_${'A'.repeat(22)}`, 'one'])
      expect((await send('replaceProduct', { path: { id }, body: fields })).status).toBe(404);
  });
});

describe('a product that is deleted', () => {
  test('is gone, and answers the same to a repeated request with its key', async () => {
    const { send, create } = openShop();
    const request = { path: { id: await create() }, headers: { 'Idempotency-Key': 'd' } };
    expect((await send('deleteProduct', request)).status).toBe(204);
    expect((await send('deleteProduct', request)).status).toBe(204);
    expect((await send('deleteProduct', { path: request.path })).status).toBe(404);
    expect((await send('readProduct', { path: request.path })).status).toBe(404);
  });
});

describe('stock', () => {
  test('takes deltas, never below zero', async () => {
    const { send, create, stockOf } = openShop();
    const path = { id: await create() };
    expect(await send('changeStock', { path, body: { delta: 3 } })).toMatchObject({
      status: 200,
      json: { stock: 8 },
    });
    expect(await send('changeStock', { path, body: { delta: -9 } })).toMatchObject({
      status: 409,
      json: { code: 'insufficient-stock', errors: [{ pointer: '/body/delta' }] },
    });
    expect(await stockOf(path.id)).toBe(8);
  });

  test('holds no more than its limit', async () => {
    const { send, create } = openShop();
    const path = { id: await create() };
    expect(await send('changeStock', { path, body: { delta: 1_000_000 } })).toMatchObject({
      status: 409,
      json: { code: 'limit-reached' },
    });
  });
});

describe('the catalogue', () => {
  const names = async (list: Promise<{ json: Record<string, unknown> }>) =>
    ((await list).json.items as { name: string }[]).map(({ name }) => name).sort();

  test('is read page by page, each product once', async () => {
    const { send, create } = openShop();
    const made = await Promise.all(
      Array.from({ length: 45 }, (_unused, index) => create({ name: `P${index}` })),
    );
    const seen: string[] = [];
    let query: Record<string, string> = { limit: '10' };
    for (let pages = 0; pages < 6; pages += 1) {
      const { json, headers } = await send('listProducts', { query });
      seen.push(...(json.items as { id: string }[]).map(({ id }) => id));
      if (json.next === undefined) break;
      expect(headers.Link).toBe(
        `<http://localhost:4566/_aws/execute-api/tandem/local/products?limit=10&cursor=${json.next as string}>; rel="next"`,
      );
      query = { limit: '10', cursor: json.next as string };
    }
    expect(seen.toSorted()).toEqual(made.toSorted());
  });

  test('is filtered by category, price range, text in the name and stock', async () => {
    const { send, create } = openShop();
    await create({ name: 'Mug', category: 'kitchen', priceMinor: 100, stock: 0 });
    await create({ name: 'Jug', category: 'kitchen', priceMinor: 200 });
    await create({ name: 'Rug', category: 'floor', priceMinor: 300 });
    const list = (query: Record<string, string>) => names(send('listProducts', { query }));
    expect(await list({ category: 'kitchen' })).toEqual(['Jug', 'Mug']);
    expect(await list({ minPriceMinor: '200', maxPriceMinor: '300' })).toEqual(['Jug', 'Rug']);
    expect(await list({ q: 'mU' })).toEqual(['Mug']);
    expect(await list({ inStock: 'true' })).toEqual(['Jug', 'Rug']);
    expect(await list({ inStock: 'false', category: 'kitchen' })).toEqual(['Mug']);
  });

  test('refuses a cursor that was altered, or that belongs to other filters', async () => {
    const { send, create } = openShop();
    await create();
    await create();
    const next = String((await send('listProducts', { query: { limit: '1' } })).json.next);
    const altered = `${next.startsWith('A') ? 'B' : 'A'}${next.slice(1)}`;
    for (const query of [
      { cursor: altered },
      { cursor: `${next}=` },
      { cursor: next, category: 'kitchen' },
      { cursor: 'x' },
    ])
      expect(await send('listProducts', { query: { limit: '1', ...query } })).toMatchObject({
        status: 400,
        json: { errors: [{ pointer: '/query/cursor' }] },
      });
  });

  test('refuses a price range that holds nothing', async () => {
    const { send } = openShop();
    const query = { minPriceMinor: '2', maxPriceMinor: '1' };
    expect(await send('listProducts', { query })).toMatchObject({
      status: 400,
      json: { errors: [{ pointer: '/query/minPriceMinor' }] },
    });
  });
});
