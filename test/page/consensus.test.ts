import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { makeClient } from '@layers/contract/client';
import { consensus } from '@layers/contract/consensus';
import { lab } from '@layers/contract/lab';
import { staking } from '@layers/contract/staking';
import type { Page } from 'playwright-core';
import { apiUrl } from '../setup/stack.ts';
import { closeBrowser, openPage, settled } from './reader.ts';

const api = makeClient({ ...lab, ...consensus, ...staking }, { baseUrl: apiUrl });
/** A round asks 20 predictions of every member, one after the other where the machine is slow. */
const roundWithinMs = 300_000;

jest.setTimeout(roundWithinMs + 60_000);
beforeAll(async () => {
  await api.resetLab();
});
afterAll(async () => {
  await api.resetLab();
  await closeBrowser();
});

/** Invites somebody and waits until the round is settled. @returns the guest's line among rewards and slashes. */
async function playRound(page: Page, guest: string) {
  await page.getByRole('button', { name: guest }).click();
  const invite = page.getByRole('region', { name: 'Invite to a round' });
  await invite.getByText('playing', { exact: true }).waitFor();
  await invite.getByText('settled', { exact: true }).waitFor({ timeout: roundWithinMs });
  const { round } = (await api.readLab()).body;
  return { name: round?.member ?? '', row: page.locator(`tr[data-member="${round?.member ?? ''}"]`) };
}

const supplyNow = async () => (await api.readSupply()).body;

describe('the consensus room', () => {
  test('shows a liar’s stake fall: what it loses goes to those who were right', async () => {
    const { page, context, complaints } = await openPage('consensus?dataset=iris');
    const { name, row } = await playRound(page, 'a liar');
    await row.getByText('lost', { exact: true }).waitFor();
    const [, before = '', change = '', after = ''] = await row.locator('td').allInnerTexts();
    expect(Number(change)).toBeLessThan(0);
    expect(Number(after)).toBeCloseTo(Number(before) + Number(change), 1);
    await page.getByRole('button', { name: 'Stake', exact: true }).click();
    await page.getByText('Stake by outcome as a table').click();
    await page.getByRole('columnheader', { name }).waitFor();
    await page.getByText('supply holds', { exact: true }).waitFor();
    expect((await supplyNow()).conserved).toBe(true);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('goes through time by the keyboard: before the first round nobody has gained or lost', async () => {
    const { page, context } = await openPage('consensus?dataset=iris');
    await settled(page);
    const slider = page.getByRole('slider', { name: /^Outcome/ });
    await slider.focus();
    await page.keyboard.press('Home');
    await page.getByRole('heading', { name: 'At outcome 1', exact: true }).waitFor();
    await page.getByText('No round was settled by then.').waitFor();
    await page.keyboard.press('End');
    await page.getByRole('table').filter({ hasText: 'rewarded' }).waitFor();
    expect(await page.locator('tr[data-member]').count()).toBeGreaterThan(3);
    await context.close();
  });

  test('shows whoever reveals other answers than it committed to slashed, and half of that insured', async () => {
    const { page, context } = await openPage('consensus?dataset=iris');
    const insured = BigInt((await supplyNow()).insurance);
    const { row } = await playRound(page, 'a member that breaks its commitment');
    await row.getByText('slashed', { exact: true }).waitFor();
    await row.getByText(/revealed other answers than it had committed to/).waitFor();
    expect(BigInt((await supplyNow()).insurance) > insured).toBe(true);
    await context.close();
  });

  test('shows a new answer when a slider is moved, and what it would be without each member', async () => {
    const { page, context } = await openPage('consensus?dataset=iris');
    await settled(page);
    await page.getByLabel(/petal length/).focus();
    await page.keyboard.press('Home');
    await page.getByText('Together they say setosa').waitFor();
    const { items } = (await api.listMembers({ query: { dataset: 'iris' } })).body;
    const rows = page.getByRole('region', { name: 'What each member says' }).locator('tbody tr');
    expect(await rows.count()).toBe(items.length);
    await context.close();
  });
});
