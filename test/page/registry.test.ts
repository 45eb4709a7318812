import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { makeClient } from '@layers/contract/client';
import { lab } from '@layers/contract/lab';
import { apiUrl } from '../setup/stack.ts';
import { closeBrowser, openPage } from './reader.ts';

const api = makeClient(lab, { baseUrl: apiUrl });

jest.setTimeout(120_000);
afterAll(async () => {
  await api.resetLab();
  await closeBrowser();
});

describe('the registry room', () => {
  test('shows a silenced server leave, and come back once it is mended', async () => {
    const { page, context, complaints } = await openPage('registry');
    const alpha = page.locator('[data-server=tandem-alpha]');
    await alpha.getByText('live', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Silence tandem-alpha' }).click();
    await alpha.getByText('lapsed', { exact: true }).waitFor();
    await page.getByText('tandem-alpha: live → lapsed').waitFor();
    // On a busy machine the other may be late for its probe now and then: the page says so, and a reader asks again.
    const tally = page.locator('.tally li');
    const asked = async () =>
      Number(/\d+/.exec(await tally.filter({ hasText: 'tandem-beta' }).innerText())?.[0]);
    do {
      await page.getByRole('button', { name: 'Ask 20 times' }).click();
      await page.getByRole('button', { name: 'Ask 20 times', disabled: false }).waitFor();
      await tally.first().waitFor();
    } while ((await asked()) < 20);
    expect(await tally.allInnerTexts()).toEqual([expect.stringMatching(/^tandem-beta/)]);
    await page.getByRole('button', { name: 'Mend tandem-alpha' }).click();
    await alpha.getByText('live', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});
