import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { buildPage } from '../../infra/constructs/page.ts';
import { request } from '../setup/stack.ts';
import { closeBrowser, findings, openPage, settled } from './reader.ts';

const views = [
  'shop',
  'shop/orders',
  'shop/admin',
  'redundancy',
  'consensus?dataset=iris',
  'registry',
  'lessons',
];
const scriptBytesMax = 60_000;

const narrow = 320;

/** Innermost elements that stand out of the window, but what scrolls by itself. */
const standingOut = `(() => {
  const isOut = (element) => element.getBoundingClientRect().right > document.documentElement.clientWidth;
  return [...document.querySelectorAll('body *')]
    .filter((element) => isOut(element) && element.closest('.table-wrap') === null)
    .filter((element) => ![...element.children].some(isOut))
    .map((element) => element.outerHTML.slice(0, 200));
})()`;

/** Where it does not fit, the failure shows what may be the reason. */
async function expectToFit(page: Page): Promise<void> {
  await page.setViewportSize({ width: narrow, height: 640 });
  const width = await page.evaluate<number>('document.documentElement.scrollWidth');
  const wider = width > narrow ? [width, ...(await page.evaluate<string[]>(standingOut))] : [];
  expect(wider).toEqual([]);
}

jest.setTimeout(90_000);
afterAll(closeBrowser);

describe('for everyone', () => {
  // One load a view, which is what takes long: colours and width change under it.
  test.each(views)('axe finds nothing in %s, light and dark, and it fits into 320 pixels', async (view) => {
    const { page, context, errors } = await openPage(view, { reducedMotion: 'reduce' });
    await settled(page);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect([colorScheme, ...(await findings(page))]).toEqual([colorScheme]);
    }
    await expectToFit(page);
    expect(errors).toEqual([]);
    await context.close();
  });
});

test('an event that names a record with a long id fits into 320 pixels', async () => {
  const { page, context } = await openPage('redundancy');
  const op = 'TlvoLPF5D9_BxH8X5Pkjfw';
  const detail = `s3-documents held ${op} beyond its authority: products/prod_1LmfcKjCGHgU7biCihjbKQ 1`;
  const item = { at: '2026-03-01T12:00:00.000Z', group: 'shop', event: 'diverged', detail };
  await page.route('**/redundancy/events*', (route) => route.fulfill({ json: { items: [item] } }));
  await page.getByText(op).first().waitFor();
  await expectToFit(page);
  await context.close();
});

describe('the page', () => {
  test('moves nothing while it is read, and says how soon its first room can be used', async () => {
    const warm = await openPage('shop');
    await settled(warm.page);
    await warm.page.reload();
    await warm.page.getByRole('button', { name: /^Add Enamel mug/ }).waitFor();
    const usableMs = await warm.page.evaluate<number>('performance.now()');
    await settled(warm.page);
    const shift = await warm.page.evaluate<number>(`new Promise((resolve) => {
      const sum = (list) => list.getEntries().reduce((total, { value }) => total + value, 0);
      new PerformanceObserver((list) => resolve(sum(list))).observe({ type: 'layout-shift', buffered: true });
      setTimeout(() => resolve(0), 1000);
    })`);
    process.stderr.write(`  first room usable ${Math.round(usableMs)} ms after a warm load\n`);
    expect(shift).toBe(0);
    await warm.context.close();
  });

  test('opens any view by its address, wherever its assets lie', async () => {
    const { page, context } = await openPage('shop/orders');
    await page.getByRole('heading', { level: 1, name: 'Your orders' }).waitFor();
    await page.goBack();
    await context.close();
    const deep = await request('GET', '/app/shop/products/prod_x');
    expect(deep.text).toContain('<base href="../../"');
  });

  test('lets nothing in from elsewhere', async () => {
    const { headers, text } = await request('GET', '/app');
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self'/);
    expect(text).not.toMatch(/<script(?![^>]* src=)|<style|https?:/);
  });

  test('is read again only when it changed; its assets never', async () => {
    const first = await request('GET', '/app');
    const again = await request('GET', '/app', {
      headers: { 'if-none-match': first.headers.get('etag') ?? '' },
    });
    expect([first.status, again.status]).toEqual([200, 304]);
    const [, script = ''] = /src="\.\/(assets\/[^"]+\.js)"/.exec(first.text) ?? [];
    const asset = await request('GET', `/app/${script}`);
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(asset.headers.get('content-type')).toMatch(/^text\/javascript/);
    expect((await request('GET', '/app/assets/gone-00000000.js')).status).toBe(404);
  });

  test('loads at most 60 kB of script, gzipped', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tandem-page-'));
    await buildPage(folder);
    const scripts = readdirSync(join(folder, 'assets')).filter((name) => name.endsWith('.js'));
    const bytes = scripts.map(
      (name) => gzipSync(readFileSync(join(folder, 'assets', name)), { level: 9 }).length,
    );
    await rm(folder, { recursive: true });
    process.stderr.write(`  ${bytes.reduce((sum, one) => sum + one, 0)} bytes of script, gzipped\n`);
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(scriptBytesMax);
  });
});
