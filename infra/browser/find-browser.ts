import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
];

const applications = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
  (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
);

/**
 * The program of the machine's own Chromium, Chrome or Edge.
 * @throws CommandFailure saying what to install
 */
export function findBrowser(path = process.env.PATH ?? ''): string {
  const inPath = path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => names.map((name) => join(folder, name)));
  const found = [...inPath, ...applications].find((program) => existsSync(program));
  if (found !== undefined) return found;
  throw new CommandFailure({
    what: 'There is no Chromium, Chrome or Edge on this machine.',
    why: 'The page is tried in a real browser, and none is downloaded.',
    next: 'Debian, Ubuntu: sudo apt-get install -y chromium\nmacOS: brew install --cask chromium',
  });
}
