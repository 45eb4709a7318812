import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeClient } from '@layers/contract/client';
import { lab } from '@layers/contract/lab';
import { staking } from '@layers/contract/staking';
import type { Page } from 'playwright-core';
import { openBrowser } from '../browser/open-browser.ts';
import { until } from '../drills/patience.ts';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { runCommand } from '../emulator/command-line.ts';
import { root, stateFolderFrom } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';

const usage = `
npm run screenshots
  Takes the pictures of the page that README shows, from the running npm start, after three rounds of the consensus.
`;

const folder = join('functions', 'front-end', 'screenshots');
const size = { width: 1280, height: 800 };

/** A first question starts models that nobody asked before. */
const waitMs = 60_000;
const roundMs = 180_000;

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly colorScheme?: 'light' | 'dark';
  /** What a reader does before it is taken. */
  readonly act?: (page: Page) => Promise<void>;
}

const scrollTo = (page: Page, heading: string) =>
  page.evaluate(
    `[...document.querySelectorAll('h2')].find((one) => one.textContent === ${JSON.stringify(heading)})?.scrollIntoView()`,
  );

/** In this order, by one reader: what is bought first is looked for in the stores later. */
const pictures: readonly Picture[] = [
  {
    name: 'shop',
    path: 'shop',
    act: async (page) => {
      await page.getByRole('button', { name: /^Add Enamel mug/ }).click();
      await page.getByRole('button', { name: 'Remove Enamel mug' }).waitFor();
      await page.mouse.move(0, 0);
      await page.evaluate('window.scrollTo(0, 0)');
    },
  },
  {
    name: 'redundancy',
    path: 'redundancy?group=shop',
    act: async (page) => {
      await scrollTo(page, 'Is every acknowledged write safe?');
    },
  },
  { name: 'consensus', path: 'consensus?dataset=iris' },
  {
    name: 'stakes',
    path: 'consensus?dataset=iris',
    act: async (page) => {
      await page.getByRole('button', { name: 'Stake', exact: true }).click();
      await page.mouse.move(0, 0);
      await scrollTo(page, 'How that came');
    },
  },
  {
    name: 'registry',
    path: 'registry',
    colorScheme: 'dark',
    act: async (page) => {
      await page.getByRole('button', { name: 'Ask 20 times' }).click();
      await page.getByText('live', { exact: true }).first().waitFor();
    },
  },
  { name: 'lessons', path: 'lessons/stakes' },
];

/** Stakes are worth a picture once there were rounds: with a liar, and with somebody who breaks a commitment. */
const rounds = ['lie', 'lie', 'switch'] as const;

async function playRounds(apiUrl: string): Promise<void> {
  const api = makeClient({ ...lab, ...staking }, { baseUrl: apiUrl });
  const settled = async () => (await api.readSupply()).body.datasets.iris?.rounds ?? 0;
  while ((await settled()) < rounds.length) {
    const round = await settled();
    const behaviour = rounds[round] ?? 'lie';
    console.log(`  a round of iris with an invited member (${behaviour}), half a minute …`);
    await api.inviteToRound({ body: { dataset: 'iris', behaviour } });
    await until(
      'the round is over',
      async () => (await api.readLab()).body.round?.state !== 'playing',
      roundMs,
    );
    if ((await settled()) === round)
      throw new CommandFailure({
        what: 'The round was not settled.',
        why: (await api.readLab()).body.round?.step ?? '',
        next: 'npm run logs -- consensus',
      });
  }
}

async function take(page: Page, apiUrl: string, { name, path, colorScheme = 'light', act }: Picture) {
  await page.emulateMedia({ colorScheme });
  // A link within the page, so that it keeps what it wrote.
  if (page.url() === 'about:blank') await page.goto(`${apiUrl}/app/${path}`);
  else {
    const to = `new URL(${JSON.stringify(path)}, document.baseURI)`;
    await page.evaluate(
      `history.pushState(undefined, '', ${to}); dispatchEvent(new PopStateEvent('popstate'))`,
    );
  }
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('.loading').first().waitFor({ state: 'detached' });
  await act?.(page);
  await page.screenshot({ path: join(root, folder, `${name}.png`) });
  console.log(`  ${join(folder, `${name}.png`)}`);
}

await runCommand(usage, {}, async () => {
  const run = readState(stateFolderFrom(process.env));
  if (run === undefined)
    throw new CommandFailure({
      what: 'No tandem is running to take pictures of.',
      next: 'npm start -- --detach',
    });
  mkdirSync(join(root, folder), { recursive: true });
  const browser = await openBrowser();
  try {
    await playRounds(run.apiUrl);
    const page = await browser.newPage({ viewport: size, locale: 'en-GB' });
    page.setDefaultTimeout(waitMs);
    for (const picture of pictures) await take(page, run.apiUrl, picture);
  } finally {
    await browser.close();
  }
  return 0;
});
