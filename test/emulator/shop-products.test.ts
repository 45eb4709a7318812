import { describe, expect, test } from '@jest/globals';
import { ApiProblem, makeClient } from '@layers/contract/client';
import { shop } from '@layers/contract/shop';
import { apiUrl } from '../setup/stack.ts';

const client = makeClient(shop, { baseUrl: apiUrl });
const mug = { name: 'Emulated mug', priceMinor: 1250, currency: 'EUR', category: 'emulated', stock: 5 };
const { stock: _stock, ...fields } = mug;

async function problemOf(call: Promise<unknown>): Promise<[number, string | undefined]> {
  const failure: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof ApiProblem)) throw new Error('It did not answer a problem.', { cause: failure });
  return [failure.status, failure.problem?.code];
}

describe('a product, through the gateway', () => {
  test('is created, read, changed, deleted, each answer synced in both stores', async () => {
    const made = await client.createProduct({ body: mug });
    expect(made.headers.get('mirror')).toBe('synced');
    const path = { id: made.body.id };
    expect(made.headers.get('location')).toBe(`${apiUrl}/products/${path.id}`);
    const read = await client.readProduct({ path });
    expect([read.body, read.headers.get('etag')]).toEqual([made.body, made.headers.get('etag')]);
    const etag = read.headers.get('etag') ?? '';
    const body = { ...fields, priceMinor: 990, stock: 7 };
    const changed = await client.replaceProduct({ path, headers: { 'if-match': etag }, body });
    expect(changed.body).toMatchObject({ priceMinor: 990, stock: 7, version: 2 });
    expect(await problemOf(client.replaceProduct({ path, headers: { 'if-match': etag }, body }))).toEqual([
      412,
      'precondition-failed',
    ]);
    expect((await client.deleteProduct({ path })).headers.get('mirror')).toBe('synced');
    expect(await problemOf(client.readProduct({ path }))).toEqual([404, 'not-found']);
  });

  test('is not sent again to whoever has it already', async () => {
    const { body, headers } = await client.createProduct({ body: mug });
    const answer = await fetch(`${apiUrl}/products/${body.id}`, {
      headers: { 'if-none-match': headers.get('etag') ?? '' },
    });
    expect([answer.status, await answer.text()]).toEqual([304, '']);
  });

  test('is made once however often it is asked with one key, also at once', async () => {
    const key = { 'idempotency-key': `once-${Date.now()}` };
    const body = { ...mug, category: `once-${Date.now()}` };
    const made = await Promise.all(
      Array.from({ length: 5 }, () => client.createProduct({ headers: key, body })),
    );
    expect(new Set(made.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    const listed = await client.listProducts({ query: { category: body.category } });
    expect(listed.body.items).toEqual([made[0]?.body]);
    expect(await problemOf(client.createProduct({ headers: key, body: { ...body, name: 'Other' } }))).toEqual(
      [422, 'idempotency-mismatch'],
    );
  });

  test('loses no unit to writers that meet: every delta counts', async () => {
    const { body } = await client.createProduct({ body: { ...mug, stock: 0 } });
    const path = { id: body.id };
    await Promise.all(Array.from({ length: 8 }, () => client.changeStock({ path, body: { delta: 3 } })));
    expect((await client.readProduct({ path })).body.stock).toBe(24);
  });
});

describe('the catalogue, through the gateway', () => {
  test('is paged by cursors that cannot be altered', async () => {
    const category = `paged-${Date.now()}`;
    const made = await Promise.all(
      Array.from({ length: 5 }, (_unused, index) =>
        client.createProduct({ body: { ...mug, name: `P${index}`, category } }),
      ),
    );
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.listProducts({ query: { category, limit: 2, cursor } });
      seen.push(...page.body.items.map(({ id }) => id));
      cursor = page.body.next;
      if (cursor !== undefined) {
        const altered = cursor.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
        expect(await problemOf(client.listProducts({ query: { category, cursor: altered } }))).toEqual([
          400,
          'invalid-request',
        ]);
      }
    } while (cursor !== undefined);
    expect(seen.toSorted()).toEqual(made.map(({ body }) => body.id).toSorted());
  });
});

describe('what nobody serves', () => {
  test.each([
    ['DELETE', '/products', 405, 'GET, POST'],
    ['PUT', '/orders/ada', 405, 'GET'],
    ['GET', '/products/x/y/z', 404, null],
  ])('%s %s is answered with a problem', async (method, path, status, allow) => {
    const answer = await fetch(`${apiUrl}${path}`, { method });
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('allow')]).toEqual([
      status,
      'application/problem+json',
      allow,
    ]);
  });

  test('a form is told to come as JSON', async () => {
    const answer = await fetch(`${apiUrl}/products`, {
      method: 'POST',
      body: new URLSearchParams({ name: 'x' }),
    });
    expect([answer.status, await answer.json()]).toMatchObject([415, { code: 'unsupported-media-type' }]);
  });
});
