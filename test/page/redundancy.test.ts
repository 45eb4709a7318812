import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { makeClient } from '@layers/contract/client';
import { lab } from '@layers/contract/lab';
import { redundancy } from '@layers/contract/redundancy';
import { apiUrl } from '../setup/stack.ts';
import { closeBrowser, openPage } from './reader.ts';

const api = makeClient({ ...lab, ...redundancy }, { baseUrl: apiUrl });

jest.setTimeout(120_000);
beforeAll(async () => {
  await api.resetLab();
});
afterAll(async () => {
  await api.resetLab();
  await closeBrowser();
});

describe('the redundancy room', () => {
  test('shows S3 down as one behind, and S3 up again as in sync, while nothing acknowledged is missing', async () => {
    const { page, context, complaints } = await openPage('redundancy?group=shop');
    await page.getByRole('button', { name: 'S3 down' }).click();
    await page.getByText(/^s3 down, for shop$/).waitFor();
    await page.getByRole('link', { name: 'Shop', exact: true }).click();
    await page.getByRole('button', { name: /^Add Enamel mug/ }).click();
    await page.locator('.drawer-latest').getByText('degraded').waitFor();
    await page.getByRole('link', { name: 'Redundancy', exact: true }).click();
    const card = page.locator('[data-group=shop]');
    await card.getByText(/^[1-9]\d* behind$/).waitFor();
    await page.getByText('Every acknowledged write is safe').waitFor();
    const wide = page.viewportSize() ?? { width: 1280, height: 720 };
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
    await page.setViewportSize(wide);
    await page.getByRole('button', { name: 'Mend everything' }).click();
    await card.getByText('NORMAL', { exact: true }).waitFor({ timeout: 90_000 });
    await card.getByText('0 behind', { exact: true }).waitFor();
    await page.getByText('Every acknowledged write is safe').waitFor();
    expect((await api.readLab()).body.faults).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('marks what differs between two copies, and that it was mended', async () => {
    const { page, context } = await openPage('redundancy?group=shop');
    await page
      .getByRole('button', { name: /^products\// })
      .first()
      .click();
    await page.getByRole('button', { name: 'Corrupt one copy' }).click();
    await page.getByText('conflicting', { exact: true }).waitFor();
    expect(await page.getByText('differs', { exact: true }).count()).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Repair' }).click();
    await page.getByText('in-sync', { exact: true }).waitFor();
    await context.close();
  });
});
