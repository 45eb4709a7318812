import axe from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { openBrowser } from '../../infra/browser/open-browser.ts';
import { apiUrl } from '../setup/stack.ts';

/** Somebody in front of the page, with a browser of their own. */
export interface Reader {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the browser complained of: scripts that failed, and what the page's policy refused. */
  readonly complaints: string[];
  /** Everything that the browser's console shows as an error, failed requests too; not that the system is busy. */
  readonly errors: string[];
}

const waitMs = 45_000;

let browser: Promise<Browser> | undefined;

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}

/** Opens a view of the page and waits until it has its heading. */
export async function openPage(
  path: string,
  options: BrowserContextOptions = {},
  at = apiUrl,
): Promise<Reader> {
  browser ??= openBrowser();
  const context = await (await browser).newContext({ locale: 'en-GB', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(waitMs);
  const complaints: string[] = [];
  const errors: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Uncaught/.test(message.text())) complaints.push(message.text());
    if (message.type() === 'error' && !message.text().includes(' 503 '))
      errors.push(`${message.text()} ${message.location().url}`);
  });
  await page.goto(`${at}/app${path === '' ? '' : `/${path}`}`);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  return { page, context, complaints, errors };
}

/** Until nothing is being read any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator('.loading').first().waitFor({ state: 'detached' });
}

/** What axe finds wrong for WCAG 2.2 A and AA, in a line each. */
export async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const run = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`;
  const { violations } = await page.evaluate<axe.AxeResults>(run);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

/** Presses Tab until what is focused has this name, as somebody without a mouse would. */
export async function tabTo(page: Page, name: RegExp, pressesMax = 80): Promise<void> {
  const focused = `(() => {
    const element = document.activeElement;
    const labelled = element?.labels?.[0]?.textContent;
    return element?.getAttribute('aria-label') ?? labelled ?? element?.textContent ?? '';
  })()`;
  for (let presses = 0; presses < pressesMax; presses += 1) {
    await page.keyboard.press('Tab');
    if (name.test(await page.evaluate<string>(focused))) return;
  }
  throw new Error(`No Tab of ${pressesMax} led to ${String(name)}.`);
}
