import { type Browser, chromium } from 'playwright-core';
import { findBrowser } from './find-browser.ts';

/** It talks to the page and to nobody else. */
const quiet = [
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Starts the machine's browser without a window. Whoever opens it closes it.
 * @throws CommandFailure where there is none
 */
export function openBrowser(): Promise<Browser> {
  // Chromium's sandbox refuses to run as root, as which containers and CI often run.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({
    executablePath: findBrowser(),
    args: ['--no-first-run', '--disable-gpu', ...quiet, ...asRoot],
  });
}
