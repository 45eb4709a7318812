import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { makeClient } from '@layers/contract/client';
import { lab } from '@layers/contract/lab';
import type { Page } from 'playwright-core';
import { apiUrl } from '../setup/stack.ts';
import { closeBrowser, openPage, type Reader } from './reader.ts';

const api = makeClient(lab, { baseUrl: apiUrl });

jest.setTimeout(360_000);
let reader: Reader;
beforeAll(async () => {
  await api.resetLab();
  reader = await openPage('lessons');
});
afterAll(async () => {
  await api.resetLab();
  await closeBrowser();
});

const buy = async (page: Page) => {
  await page.getByRole('link', { name: 'Go there' }).click();
  await page.goto(`${apiUrl}/app/shop`);
  await page.getByRole('button', { name: /^Add Enamel mug/ }).click();
  await page.getByRole('button', { name: 'Remove Enamel mug' }).waitFor();
  await page.getByRole('button', { name: 'Place order' }).click();
  await page.getByRole('link', { name: 'See the order' }).waitFor();
};

const silence = async (page: Page) => {
  await page.getByText('All servers live. Silence one.').waitFor();
  await page.getByRole('link', { name: 'Go there' }).click();
  await page.getByRole('button', { name: 'Silence tandem-beta' }).click();
  await page.locator('[data-server=tandem-beta]').getByText('lapsed', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Lessons', exact: true }).click();
  await page.getByRole('link', { name: /Q6/ }).click();
  await page.getByText('Now mend it.').waitFor();
  await page.getByRole('link', { name: 'Go there' }).click();
  await page.getByRole('button', { name: 'Mend tandem-beta' }).click();
  await page.locator('[data-server=tandem-beta]').getByText('live', { exact: true }).waitFor();
};

const repair = async (page: Page) => {
  await page.getByRole('link', { name: 'Go there' }).click();
  await page.getByRole('button', { name: 'Repair' }).click();
  await page.getByText(/compared, \d+ differed/).waitFor();
};

const invite = async (page: Page) => {
  await page.getByRole('link', { name: 'Go there' }).click();
  await page.getByRole('button', { name: 'a liar' }).click();
  const round = page.getByRole('region', { name: 'Invite to a round' });
  await round.getByText('playing', { exact: true }).waitFor();
  await round.getByText('settled', { exact: true }).waitFor({ timeout: 300_000 });
};

/** What a reader does for a lesson that does not find itself done. */
const lessons: readonly (readonly [id: string, act: ((page: Page) => Promise<void>) | undefined])[] = [
  ['models', undefined],
  ['consensus', undefined],
  ['weights', undefined],
  ['stakes', invite],
  ['hello', undefined],
  ['registry', undefined],
  ['database', buy],
  ['contract', undefined],
  ['front-end', undefined],
  ['server-issue', silence],
  ['mirror-same', repair],
  ['replica-same', undefined],
  ['mirror-different', undefined],
  ['replica-different', undefined],
];

describe('the lessons', () => {
  test.each(lessons)('%s can be finished from the page alone', async (id, act) => {
    const { page } = reader;
    await page.goto(`${apiUrl}/app/lessons/${id}`);
    const verdict = page.locator('.lesson').getByText(/^(Done|Not yet)$/);
    await verdict.waitFor();
    if (act !== undefined && (await verdict.innerText()) === 'Not yet') {
      await act(page);
      await page.goto(`${apiUrl}/app/lessons/${id}`);
    }
    await page.locator('.lesson').getByText('Done', { exact: true }).waitFor();
    // The list hears of it by a render of its own.
    const tick = page.locator(`a[href="lessons/${id}"] .tick.done`);
    await tick.waitFor({ state: 'attached' });
    expect(await tick.count()).toBe(1);
  });

  test('remember what is done, until the lab is reset', async () => {
    const { page } = reader;
    await page.goto(`${apiUrl}/app/lessons`);
    await page.getByText(`${lessons.length} of ${lessons.length} done`).waitFor();
    await page.getByRole('button', { name: 'Reset lab' }).click();
    await page.getByText('Mended and forgotten').waitFor();
    expect(await page.getByText(`${lessons.length} of ${lessons.length} done`).count()).toBe(0);
    expect(reader.complaints).toEqual([]);
  });
});
