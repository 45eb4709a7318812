import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const program = fileURLToPath(new URL('./command.ts', import.meta.url));

test('stops at Ctrl-C, tells what was done, and exits with 130', async () => {
  const child = spawn(process.execPath, [program, '--seeds', '1000000', '--workers', '1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code).toBe(130);
  expect(said).toMatch(/\d+ histories from seed 1, .* 0 broke a rule\nstopped before its end\n$/);
});
