import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { shop } from '@layers/contract/shop';
import { type Identify, permit } from '@layers/http/access';
import { askForToken } from '@layers/http/bearer-tokens';
import { makeLog } from '@layers/http/log';
import { problemResponse } from '@layers/http/problem-response';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { apiUrl } from '../setup/stack.ts';
import { openGate } from './gate.ts';
import { closeBrowser, openPage } from './reader.ts';

jest.setTimeout(90_000);
afterAll(closeBrowser);

describe('a system that goes down', () => {
  test('is said to be down while what was read stays, and is used again as soon as it is back', async () => {
    const gate = await openGate();
    const { page, context } = await openPage('shop', {}, gate.apiUrl);
    const mug = page.getByRole('button', { name: /^Add Enamel mug/ });
    await mug.waitFor();
    await gate.shut();
    await page.getByText('The system is down').waitFor();
    expect(await mug.isVisible()).toBe(true);
    await gate.open();
    await page.getByText('The system is back.').waitFor();
    await page.getByText('All well', { exact: true }).waitFor();
    await mug.click();
    await page.getByRole('button', { name: 'Remove Enamel mug' }).waitFor();
    await context.close();
    await gate.shut();
  });

  test('does not lose an order that was sent while it was down: it is sent again with its key', async () => {
    const gate = await openGate();
    const { page, context } = await openPage('shop', {}, gate.apiUrl);
    await page.getByRole('button', { name: /^Add Linen notebook/ }).click();
    await page.getByRole('button', { name: 'Remove Linen notebook' }).waitFor();
    await gate.shut();
    await page.getByRole('button', { name: 'Place order' }).click();
    await page.getByRole('button', { name: 'Ordering…' }).waitFor();
    await gate.open();
    await page.getByRole('link', { name: 'See the order' }).waitFor();
    const user = await page.evaluate<string>("JSON.parse(localStorage.getItem('tandem.user'))");
    const orders = await fetch(`${apiUrl}/orders/${user}`);
    expect(((await orders.json()) as { items: unknown[] }).items.length).toBe(1);
    await context.close();
    await gate.shut();
  });
});

const issuer = 'https://issuer.example.com/';
const audience = 'tandem';
const stage = new URL(apiUrl).pathname;

/** Carts alone are asked about: the row that a cart's address belongs to, and whose it is. */
const cartOf = (url = '') => {
  const [, userId] = new RegExp(`^${stage}/cart/([^/?]+)$`).exec(url) ?? [];
  return userId === undefined ? undefined : { path: { userId }, body: undefined };
};

function guardBy(identify: Identify) {
  const log = makeLog({}, () => undefined);
  return async ({ url, headers }: { url?: string | undefined; headers: object }) => {
    const cart = cartOf(url);
    if (cart === undefined) return undefined;
    try {
      permit(shop.addToCart, await identify(shop.addToCart, headers as Record<string, string>), cart);
      return undefined;
    } catch (error) {
      const { statusCode, headers: own = {}, body } = problemResponse(error, 'gate', url ?? '', log);
      return { status: statusCode, headers: own, body };
    }
  };
}

describe('a deployment that asks for tokens', () => {
  test('gets the reader’s, which fills the cart of whoever it is about, until the tab is closed', async () => {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA');
    const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: 'EdDSA' }] });
    const gate = await openGate(
      guardBy(askForToken({ issuer, audience, keys: () => Promise.resolve(keys) })),
    );
    const user = `reader-${Date.now()}`;
    const token = await new SignJWT({ iss: issuer, aud: audience, sub: user })
      .setProtectedHeader({ alg: 'EdDSA' })
      .setExpirationTime('1h')
      .sign(privateKey);
    const { page, context, complaints } = await openPage('shop', {}, gate.apiUrl);
    const mug = page.getByRole('button', { name: /^Add Enamel mug/ });
    await mug.click();
    await page.getByLabel('Token').fill('no token');
    await page.getByText('must be a JWT').waitFor();
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Signed in as').waitFor();
    await mug.click();
    await page.getByRole('button', { name: 'Remove Enamel mug' }).waitFor();
    const cart = await fetch(`${apiUrl}/cart/${user}`);
    expect(cart.status).toBe(200);
    expect(await page.evaluate("localStorage.getItem('tandem.token')")).toBe(null);
    await page.getByRole('button', { name: 'Forget the token' }).click();
    await page.getByText('Signed in as').waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
    await context.close();
    await gate.shut();
  });
});
