import { afterEach, describe, expect, test } from '@jest/globals';
import { makeClient } from '@layers/contract/client';
import { shop } from '@layers/contract/shop';
import { system } from '@layers/contract/system';
import { AnsweringApi, problemOf } from './answering-api.ts';

const id = `prod_${'A'.repeat(22)}`;
const mug = { name: 'Mug', priceMinor: 1250, currency: 'EUR', category: 'kitchen', stock: 5 };
const shown = { ...mug, id, version: 1 };
const apis: AnsweringApi[] = [];

async function clientOf(answer: ConstructorParameters<typeof AnsweringApi>[0], timeoutMs = 2_000) {
  const api = new AnsweringApi(answer);
  apis.push(api);
  const options = {
    baseUrl: `${await api.listen()}/local`,
    headers: { authorization: 'Bearer t' },
    timeoutMs,
  };
  return { api, client: makeClient({ ...shop, ...system }, options) };
}
afterEach(() => {
  for (const api of apis.splice(0)) api.close();
});

describe('a client made from the contract', () => {
  test('sends a row’s method, path, query, headers and body', async () => {
    const { api, client } = await clientOf(() => ({ status: 200, body: { items: [] } }));
    await client.listProducts({ query: { q: 'a&b=c ü', limit: 2, inStock: true, cursor: undefined } });
    await client.listOrders({ path: { userId: 'a~b' } });
    expect(api.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /local/products?q=a%26b%3Dc+%C3%BC&limit=2&inStock=true',
      'GET /local/orders/a~b',
    ]);
    expect(api.asked[0]?.headers.authorization).toBe('Bearer t');
    expect(api.asked[0]?.headers['content-type']).toBeUndefined();
  });

  test('sends JSON, and answers with the body checked and the headers', async () => {
    const { api, client } = await clientOf(() => ({
      status: 201,
      headers: { etag: '"1.1.1"' },
      body: shown,
    }));
    const { status, headers, body } = await client.createProduct({
      headers: { 'idempotency-key': 'k' },
      body: mug,
    });
    expect([status, headers.get('etag'), body]).toEqual([201, '"1.1.1"', shown]);
    expect(JSON.parse(api.asked[0]?.body ?? '')).toEqual(mug);
    expect(api.asked[0]?.headers).toMatchObject({
      'idempotency-key': 'k',
      'content-type': 'application/json',
    });
  });

  test('keeps a path parameter one segment', async () => {
    const { api, client } = await clientOf(() => problemOf(404, 'not-found'));
    await expect(client.readProduct({ path: { id: '../servers?x=1#y' } })).rejects.toThrow('not-found');
    expect(api.asked[0]?.url).toBe('/local/products/..%2Fservers%3Fx%3D1%23y');
  });

  test('throws a problem with its status, code, fields and headers', async () => {
    const { status, body } = problemOf(409, 'insufficient-stock');
    const errors = [{ pointer: '/body/items/0', detail: 'too many' }];
    const answer = { status, headers: { 'retry-after': '3' }, body: { ...body, errors } };
    const { client } = await clientOf(() => answer);
    const failure: unknown = await client
      .placeOrder({ body: { userId: 'ada' } })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'ApiProblem', status: 409, problem: { code: body.code, errors } });
    expect((failure as { headers: Headers }).headers.get('retry-after')).toBe('3');
  });

  test('throws what a proxy answers in between as a problem without a code', async () => {
    const { client } = await clientOf(() => ({
      status: 502,
      headers: { 'content-type': 'text/html' },
      body: '<p>',
    }));
    await expect(client.readCart({ path: { userId: 'ada' } })).rejects.toMatchObject({
      name: 'ApiProblem',
      status: 502,
      problem: undefined,
    });
  });

  test('tells a failing health, which the row declares, from a problem with the same status', async () => {
    const health = { status: 'fail', version: '1', description: 'd', checks: {} };
    const headers = { 'content-type': 'application/health+json' };
    const declared = await clientOf(() => ({ status: 503, headers, body: health }));
    expect(await declared.client.readHealth()).toMatchObject({ status: 503, body: health });
    const problem = await clientOf(() => problemOf(503, 'unavailable'));
    await expect(problem.client.readHealth()).rejects.toMatchObject({ problem: { code: 'unavailable' } });
  });

  test('refuses an answer that breaks the contract', async () => {
    const { client } = await clientOf(() => ({ status: 200, body: { ...shown, stock: -1 } }));
    await expect(client.readProduct({ path: { id } })).rejects.toMatchObject({ name: '$ZodError' });
  });

  test('follows no redirect, and waits no longer than it was told', async () => {
    const moved = await clientOf(() => ({ status: 302, headers: { location: '/elsewhere' } }));
    await expect(moved.client.readProduct({ path: { id } })).rejects.toThrow();
    expect(moved.api.asked).toHaveLength(1);
    const { client } = await clientOf(() => 'silent', 50);
    await expect(client.readProduct({ path: { id } })).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
