import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Identify } from '@layers/http/access';
import { askForToken } from '@layers/http/bearer-tokens';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { mug, openShop } from '../functions/shop/shop-under-test.ts';

const issuer = 'https://issuer.example.com/';
const audience = 'tandem';
type Key = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
let key: Key;
let otherKey: Key;
let identify: Identify;

beforeAll(async () => {
  const [pair, other] = [await generateKeyPair('EdDSA'), await generateKeyPair('EdDSA')];
  [key, otherKey] = [pair.privateKey, other.privateKey];
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), alg: 'EdDSA' }] });
  identify = askForToken({ issuer, audience, keys: () => Promise.resolve(keys) });
});

const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;
const sign = (claims: JWTPayload, by: Key = key) =>
  new SignJWT({ iss: issuer, aud: audience, exp: inAnHour(), ...claims })
    .setProtectedHeader({ alg: 'EdDSA' })
    .sign(by);
const bearer = async (claims: JWTPayload, by?: Key) => ({
  Authorization: `Bearer ${await sign(claims, by)}`,
});
const unauthenticated = { status: 401, json: { code: 'unauthenticated' } };
const forbidden = { status: 403, json: { code: 'forbidden' } };

describe('where tokens are asked for', () => {
  test('the catalogue can be read without one', async () => {
    expect((await openShop(identify).send('listProducts')).status).toBe(200);
  });

  test('a request without one is told how to send it', async () => {
    const answer = await openShop(identify).send('readCart', { path: { userId: 'ada' } });
    expect(answer).toMatchObject(unauthenticated);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
  });

  test.each([
    ['expired', { sub: 'ada', exp: 1_700_000_000 }],
    ['of another issuer', { sub: 'ada', iss: 'https://evil.example.com/' }],
    ['for another audience', { sub: 'ada', aud: 'elsewhere' }],
    ['without subject', {}],
    ['not valid yet', { sub: 'ada', nbf: 4_000_000_000 }],
  ])('one that is %s is refused', async (_what, claims) => {
    const { send } = openShop(identify);
    expect(await send('readCart', { path: { userId: 'ada' }, headers: await bearer(claims) })).toMatchObject(
      unauthenticated,
    );
  });

  test('one that is signed by another key, by nobody, or with a shared secret is refused', async () => {
    const { send } = openShop(identify);
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await sign({ sub: 'ada' })).split('.')[1] ?? ''}.`;
    const shared = await new SignJWT({ iss: issuer, aud: audience, sub: 'ada', exp: inAnHour() })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode('a shared secret of thirty-two bytes'));
    const tokens = [await sign({ sub: 'ada' }, otherKey), none, shared, 'x'.repeat(5000), 'nonsense'];
    for (const token of tokens)
      expect(
        await send('readCart', { path: { userId: 'ada' }, headers: { Authorization: `Bearer ${token}` } }),
      ).toMatchObject(unauthenticated);
  });

  test('a user reaches the own cart and orders, and no other user’s', async () => {
    const { send } = openShop(identify);
    const headers = await bearer({ sub: 'ada' });
    expect((await send('readCart', { path: { userId: 'ada' }, headers })).status).toBe(404);
    const productId = `prod_${'A'.repeat(22)}`;
    const orderId = `ord_${'0'.repeat(9)}${'A'.repeat(22)}`;
    const items = [{ productId, quantity: 1 }];
    const bob = { userId: 'bob' };
    const foreign = await Promise.all([
      send('readCart', { path: bob, headers }),
      send('addToCart', { path: bob, headers, body: items[0] }),
      send('removeFromCart', { path: { ...bob, productId }, headers }),
      send('listOrders', { path: bob, headers }),
      send('readOrder', { path: { ...bob, orderId }, headers }),
      send('cancelOrder', { path: { ...bob, orderId }, headers }),
      send('placeOrder', { body: { ...bob, items }, headers }),
    ]);
    for (const answer of foreign) expect(answer).toMatchObject(forbidden);
  });

  test('only a token with the scope changes the catalogue', async () => {
    const { send } = openShop(identify);
    expect(await send('createProduct', { body: mug, headers: await bearer({ sub: 'ada' }) })).toMatchObject(
      forbidden,
    );
    const keeper = await bearer({ sub: 'eve', scope: 'openid catalogue:write' });
    expect((await send('createProduct', { body: mug, headers: keeper })).status).toBe(201);
  });

  test('one user’s Idempotency-Key is not another’s', async () => {
    const { send } = openShop(identify);
    const as = async (sub: string) => ({
      ...(await bearer({ sub, scope: 'catalogue:write' })),
      'Idempotency-Key': 'same',
    });
    const [one, other] = [
      await send('createProduct', { body: mug, headers: await as('ada') }),
      await send('createProduct', { body: mug, headers: await as('bob') }),
    ];
    expect(one.json.id).not.toBe(other.json.id);
  });
});
