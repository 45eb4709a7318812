import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { makeClient } from '@layers/contract/client';
import { shop } from '@layers/contract/shop';
import { apiUrl } from '../setup/stack.ts';
import { closeBrowser, openPage, tabTo } from './reader.ts';

const api = makeClient(shop, { baseUrl: apiUrl });

const userOf = (page: { evaluate: <T>(text: string) => Promise<T> }) =>
  page.evaluate<string>("JSON.parse(localStorage.getItem('tandem.user'))");

const newProduct = (name: string) =>
  api.createProduct({ body: { name, priceMinor: 1250, currency: 'EUR', category: 'tests', stock: 5 } });

jest.setTimeout(90_000);
afterAll(closeBrowser);

describe('the shop, for somebody without a mouse', () => {
  test('sells: from the catalogue into the cart to an order that is in the history', async () => {
    const { page, context, complaints } = await openPage('shop');
    await page.getByRole('button', { name: /^Add Enamel mug/ }).waitFor();
    await tabTo(page, /^Add Enamel mug to cart$/);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove Enamel mug' }).waitFor();
    await tabTo(page, /^Place order$/);
    await page.keyboard.press('Enter');
    const link = page.getByRole('link', { name: 'See the order' });
    await link.waitFor();
    await tabTo(page, /^See the order$/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Order' }).waitFor();
    await page.getByRole('cell', { name: 'Enamel mug' }).waitFor();
    const { items } = (await api.listOrders({ path: { userId: await userOf(page) } })).body;
    expect(items.map((order) => order.items.map(({ name }) => name))).toEqual([['Enamel mug']]);
    expect(complaints).toEqual([]);
    await context.close();
  });
});

describe('the shop', () => {
  test('makes one order of a double click', async () => {
    const { page, context } = await openPage('shop');
    await page.getByRole('button', { name: /^Add Linen notebook/ }).click();
    await page.getByRole('button', { name: 'Remove Linen notebook' }).waitFor();
    await page.getByRole('button', { name: 'Place order' }).dblclick();
    await page.getByRole('link', { name: 'See the order' }).waitFor();
    await page.getByText('It is empty.').waitFor();
    const { items } = (await api.listOrders({ path: { userId: await userOf(page) } })).body;
    expect(items.length).toBe(1);
    await context.close();
  });

  test('says what each write did: the store that decided, its mirror, the version, the milliseconds', async () => {
    const { page, context } = await openPage('shop');
    await page.getByRole('button', { name: /^Add Bread knife/ }).click();
    await page.getByRole('button', { name: /What just happened/ }).click();
    const entry = page.locator('.happened').first();
    await entry.waitFor();
    const text = await entry.innerText();
    expect(text).toMatch(/1 × Bread knife into the cart/);
    expect(text).toMatch(/synced/);
    expect(text).toMatch(/[\d,]+ ms/);
    expect(text).toMatch(/dynamodb-primary decided/);
    expect(text).toMatch(/s3-documents mirrored before the answer/);
    await context.close();
  });

  test('checks what is typed by the contract’s schema, and shows the server’s problem where it belongs', async () => {
    const { page, context } = await openPage('shop/admin');
    await page.getByRole('textbox', { name: 'Name' }).fill('Checked');
    await page.getByLabel('Category').fill('No Such Form');
    await page.getByText('must be words of a-z and 0-9 joined by hyphens').waitFor();
    await page.getByLabel('Price').fill('12.345');
    await page.getByText('must be a number').waitFor();
    await page.getByRole('button', { name: 'Add product' }).click();
    expect(await page.evaluate("document.activeElement?.getAttribute('aria-invalid')")).toBe('true');
    await context.close();
  });

  test('shows what only the server can refuse beside the field that it is about', async () => {
    const { body } = await newProduct(`Scarce ${Date.now()}`);
    const { page, context } = await openPage(`shop/admin?edit=${body.id}`);
    const delta = page.getByLabel('Units that come or go');
    await delta.fill('-9');
    await page.getByRole('button', { name: 'Change stock' }).click();
    await page.locator('.field', { has: delta }).locator('.complaint').waitFor();
    expect(await delta.getAttribute('aria-invalid')).toBe('true');
    await delta.fill('-5');
    await page.getByRole('button', { name: 'Change stock' }).click();
    await page.getByText('0 in stock', { exact: true }).waitFor();
    expect(await page.locator('.complaint').count()).toBe(0);
    expect((await api.readProduct({ path: { id: body.id } })).body.stock).toBe(0);
    await api.deleteProduct({ path: { id: body.id } });
    await context.close();
  });

  test('shows a product named like markup as text', async () => {
    const name = `<img src=x onerror=alert(1)> ${Date.now()}`;
    const { id } = (await newProduct(name)).body;
    const { page, context, complaints } = await openPage(`shop/products/${id}`);
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(name);
    expect(await page.locator('main img').count()).toBe(0);
    expect(complaints).toEqual([]);
    await api.deleteProduct({ path: { id } });
    await context.close();
  });

  test('refuses a change of what somebody else changed meanwhile, and reads it again', async () => {
    const { body } = await newProduct(`Contested ${Date.now()}`);
    const { page, context } = await openPage(`shop/admin?edit=${body.id}`);
    await page.getByRole('heading', { name: `Change ${body.name}` }).waitFor();
    const { id: _id, version: _version, stock: _stock, ...fields } = body;
    await api.replaceProduct({ path: { id: body.id }, body: { ...fields, priceMinor: 999 } });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Read it again' }).click();
    await page.locator('.notice-title').waitFor({ state: 'detached' });
    expect(await page.getByLabel('Price').inputValue()).toBe('9.99');
    await api.deleteProduct({ path: { id: body.id } });
    await context.close();
  });

  test('keeps its filters in the address', async () => {
    const { page, context } = await openPage('shop?category=kitchen');
    await page.getByRole('link', { name: 'Enamel mug' }).waitFor();
    expect(await page.getByRole('link', { name: 'Fountain pen' }).count()).toBe(0);
    await page.getByLabel('Name').fill('knife');
    await page.getByRole('link', { name: 'Enamel mug' }).waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('q')).toBe('knife');
    await context.close();
  });
});
