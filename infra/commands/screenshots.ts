import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../browser/open-browser.ts';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { runCommand } from '../emulator/command-line.ts';
import { root, stateFolderFrom } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';

const usage = `
npm run screenshots
  Takes the pictures of the page that README shows, from the running npm start.
`;

const folder = join('functions', 'front-end', 'screenshots');
const size = { width: 1280, height: 800 };

/** A first question starts models that nobody asked before. */
const waitMs = 60_000;

/** What is shown, and in which colours. */
const pictures = [
  { name: 'shop', path: 'shop', colorScheme: 'light' },
  { name: 'redundancy', path: 'redundancy?group=shop', colorScheme: 'light' },
  { name: 'consensus', path: 'consensus?dataset=iris', colorScheme: 'light' },
  { name: 'lessons', path: 'lessons/models', colorScheme: 'light' },
  { name: 'registry', path: 'registry', colorScheme: 'dark' },
] as const;

async function take(
  browser: Browser,
  apiUrl: string,
  { name, path, colorScheme }: (typeof pictures)[number],
) {
  const page = await browser.newPage({ viewport: size, colorScheme, locale: 'en-GB' });
  page.setDefaultTimeout(waitMs);
  await page.goto(`${apiUrl}/app/${path}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('.loading').first().waitFor({ state: 'detached' });
  await page.screenshot({ path: join(root, folder, `${name}.png`) });
  console.log(`  ${join(folder, `${name}.png`)}`);
  await page.close();
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
    for (const picture of pictures) await take(browser, run.apiUrl, picture);
  } finally {
    await browser.close();
  }
  return 0;
});
