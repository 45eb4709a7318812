import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { contract } from '@layers/contract/contract';
import type { RouteRow } from '@layers/contract/route';
import type { Identify } from '@layers/http/access';
import { askForToken } from '@layers/http/bearer-tokens';
import { openapiDocument } from '@layers/http/openapi';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { mug, openShop } from '../functions/shop/shop-under-test.ts';

// The OWASP API Security Top 10 of 2023, point by point, where it meets this API:
// https://owasp.org/API-Security/editions/2023/en/0x11-t10/

const issuer = 'https://issuer.example.com/';
let identify: Identify;
let bearer: (sub: string, scope?: string) => Promise<{ Authorization: string }>;

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA');
  const keys = JSON.stringify({ keys: [await exportJWK(publicKey)] });
  identify = askForToken({ issuer, audience: 'tandem', keys: () => Promise.resolve(keys) });
  bearer = async (sub, scope = '') => {
    const token = await new SignJWT({ scope })
      .setProtectedHeader({ alg: 'EdDSA' })
      .setIssuer(issuer)
      .setAudience('tandem')
      .setSubject(sub)
      .setExpirationTime('1h')
      .sign(privateKey);
    return { Authorization: `Bearer ${token}` };
  };
});

const rows: readonly [string, RouteRow][] = Object.values(contract).flatMap((routes) =>
  Object.entries(routes),
);

describe('API1 broken object level authorization', () => {
  test('every route of a user’s things asks for that user', () => {
    const ofUsers = rows.filter(([, row]) => row.path.includes('{userId}') || row.path === '/orders');
    expect(ofUsers.length).toBeGreaterThanOrEqual(7);
    expect(ofUsers.filter(([, row]) => row.access !== 'owner')).toEqual([]);
  });

  test('a cursor of one user’s orders opens no other user’s', async () => {
    const { send, create } = openShop();
    const items = [{ productId: await create(), quantity: 1 }];
    for (const userId of ['ada', 'ada', 'bob', 'bob']) await send('placeOrder', { body: { userId, items } });
    const { next } = (await send('listOrders', { path: { userId: 'ada' }, query: { limit: '1' } })).json;
    const foreign = { path: { userId: 'bob' }, query: { limit: '1', cursor: String(next) } };
    expect(await send('listOrders', foreign)).toMatchObject({
      status: 400,
      json: { errors: [{ pointer: '/query/cursor' }] },
    });
  });

  test.each([
    '..',
    '.',
    '../bob',
    'a/b',
    'a%2Fb',
    'ünï',
    'ａｄａ',
    'ada\u0000',
    'ada\n',
    '',
    '-ada',
    'a'.repeat(65),
  ])('nobody is called %j: an id stays within its own keys and paths', async (userId) => {
    const { send, group, create } = openShop();
    const items = [{ productId: await create(), quantity: 1 }];
    const records = group.records.size;
    expect((await send('readCart', { path: { userId } })).status).toBe(404);
    expect((await send('placeOrder', { body: { userId, items } })).status).toBe(400);
    expect(group.records.size).toBe(records);
  });

  test('another user’s order is refused, whether it is there or not', async () => {
    const { send } = openShop(identify);
    const keeper = await bearer('eve', 'catalogue:write');
    const made = await send('createProduct', { body: mug, headers: keeper });
    const items = [{ productId: made.json.id, quantity: 1 }];
    const ada = await bearer('ada');
    const placed = await send('placeOrder', { body: { userId: 'ada', items }, headers: ada });
    const bob = await bearer('bob');
    const orderId = placed.json.id as string;
    const absent = `ord_${'0'.repeat(9)}${'A'.repeat(22)}`;
    for (const id of [orderId, absent])
      expect((await send('readOrder', { path: { userId: 'ada', orderId: id }, headers: bob })).status).toBe(
        403,
      );
    // Under his own name it is not there: an order is found by its owner and its id.
    expect((await send('readOrder', { path: { userId: 'bob', orderId }, headers: bob })).status).toBe(404);
  });
});

describe('API2 broken authentication', () => {
  test('a token is never taken from the query', async () => {
    const { send } = openShop(identify);
    const { Authorization } = await bearer('ada');
    const query = { access_token: Authorization.slice(7) };
    expect((await send('readCart', { path: { userId: 'ada' }, query })).status).toBe(401);
  });
});

describe('API3 broken object property level authorization', () => {
  test.each(['id', 'version', '__proto__', 'constructor', 'isAdmin'])(
    'a caller cannot set %s of a product',
    async (name) => {
      const { send } = openShop();
      const body = JSON.parse(`{"${name}": 1, ${JSON.stringify(mug).slice(1)}`) as object;
      const { status, json } = await send('createProduct', { body });
      expect([status, json.code]).toEqual([400, 'invalid-request']);
    },
  );

  test('the price of an order is the catalogue’s, not the caller’s', async () => {
    const { send, create } = openShop();
    const items = [{ productId: await create(), quantity: 1, priceMinor: 1 }];
    expect(await send('placeOrder', { body: { userId: 'ada', items } })).toMatchObject({
      status: 400,
      json: { errors: [{ pointer: '/body/items/0/priceMinor' }] },
    });
  });
});

describe('API4 unrestricted resource consumption', () => {
  test('every list of the shop is paged, and a page is at most 100', async () => {
    const { send } = openShop();
    expect(await send('listProducts', { query: { limit: '101' } })).toMatchObject({ status: 400 });
  });

  test('bodies, headers and paths that are too long are refused', async () => {
    const { send } = openShop();
    const long = 'x'.repeat(300_000);
    expect((await send('createProduct', { body: { ...mug, description: long } })).status).toBe(413);
    expect((await send('listProducts', { headers: { 'x-long': 'x'.repeat(11_000) } })).status).toBe(413);
    expect((await send('readProduct', { path: { id: 'x'.repeat(2_000) } })).status).toBe(413);
  });

  test('a body of deeply nested JSON is refused, not followed', async () => {
    const { send } = openShop();
    const nested = JSON.parse(`${'['.repeat(1_000)}${']'.repeat(1_000)}`) as unknown;
    expect((await send('createProduct', { body: { ...mug, name: nested } })).status).toBe(400);
  });
});

describe('API4 numbers and texts at their ends', () => {
  test.each(['1e400', '9007199254740993', '-1', '0.5', '"5"', 'null', '[5]', 'true', '1e-7'])(
    'a price of %s is refused',
    async (price) => {
      const { handle } = openShop();
      const body = JSON.stringify(mug).replace('"priceMinor":1250', `"priceMinor":${price}`);
      expect(body).toContain(price);
      expect((await handle('createProduct', body)).status).toBe(400);
    },
  );

  test('half a character, control characters and 100,000 brackets are refused, each with a problem', async () => {
    const { handle } = openShop();
    const named = (name: string) => JSON.stringify(mug).replace('"Enamel mug"', name);
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    for (const name of ['"\\ud800"', '"a\\u0000b"', '"a\\r\\nSet-Cookie: a=b"', deep])
      expect(await handle('createProduct', named(name))).toMatchObject({
        status: 400,
        json: { errors: [{ pointer: '/body/name' }] },
      });
  });

  test('a body whose prototype is set changes nothing of any other object', async () => {
    const { handle, group } = openShop();
    const bodies = ['{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}'];
    for (const body of bodies) expect((await handle('createProduct', body)).status).toBe(400);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(group.records.size).toBe(0);
  });
});

describe('API5 broken function level authorization', () => {
  test('every route that changes something asks who calls, is signed, or is open on purpose', () => {
    const writes = rows.filter(([, { method }]) => method !== 'GET');
    const open = writes.filter(
      ([, row]) =>
        row.access === undefined && row.request.headers?._zod.def.shape['tandem-signature'] === undefined,
    );
    const shopOrRegistry = new Set([...Object.keys(contract.shop), ...Object.keys(contract.registry)]);
    expect(open.map(([name]) => name).filter((name) => shopOrRegistry.has(name))).toEqual([]);
  });
});

describe('API6 unrestricted access to sensitive business flows', () => {
  test('one order takes at most a thousand units of a product and 25 products', async () => {
    const { send, create } = openShop();
    const productId = await create({ stock: 1_000_000 });
    const order = (items: object[]) => send('placeOrder', { body: { userId: 'ada', items } });
    expect((await order([{ productId, quantity: 1_001 }])).status).toBe(400);
    expect(
      await order([
        { productId, quantity: 600 },
        { productId, quantity: 600 },
      ]),
    ).toMatchObject({
      status: 409,
      json: { code: 'limit-reached' },
    });
    expect((await order(Array.from({ length: 26 }, () => ({ productId, quantity: 1 })))).status).toBe(400);
  });
});

// API7, server side request forgery: outbound-address.test.ts.

describe('API8 security misconfiguration', () => {
  test.each([
    ['bad host', 'http', 'http://localhost'],
    ['evil.example/?', 'http', 'http://localhost'],
    ['user@evil.example', 'http', 'http://localhost'],
    ['a"b', 'http', 'http://localhost'],
    ['shop.example:443', 'javascript', 'http://shop.example:443'],
    ['[::1]:4566', 'https', 'https://[::1]:4566'],
  ])('the host %j by %s is written into links as %s', async (Host, scheme, expected) => {
    const { send } = openShop();
    const headers = { Host, 'X-Forwarded-Proto': scheme };
    const { status, headers: answered } = await send('createProduct', { body: mug, headers });
    expect(status).toBe(201);
    expect(String(answered.Location).startsWith(`${expected}/`)).toBe(true);
  });

  test('an answer may not be sniffed, and a failure tells nothing of the inside', async () => {
    const { send, group } = openShop();
    group.read = () => Promise.reject(new Error('dynamodb-primary at 10.0.0.7 said no'));
    const answer = await send('readProduct', { path: { id: `prod_${'A'.repeat(22)}` } });
    expect(answer.status).toBe(500);
    expect(answer.body).not.toContain('10.0.0.7');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });
});

describe('API9 improper inventory management', () => {
  test('what is served is what is documented: both come from the same rows', () => {
    const { paths } = openapiDocument(contract) as { paths: Record<string, Record<string, unknown>> };
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.toSorted()).toEqual(
      rows.map(([, row]) => `${row.method} ${row.path.replace('+}', '}')}`).toSorted(),
    );
  });

  test('no address of a database, no key and no token is in the document', () => {
    const text = readFileSync(new URL('../../../layers/contract/openapi.json', import.meta.url), 'utf8');
    expect(text).not.toMatch(/amazonaws|AKIA|arn:aws|localhost|127\.0\.0\.1/);
  });
});

// API10, unsafe consumption of APIs: what a registered server answers is bounded in time and size, and its body is never
// used (outbound-address.test.ts); what a server answers to our client is checked against the contract (client.ts).
