import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { root } from '../../infra/emulator/paths.ts';
import { apiUrl, request } from '../setup/stack.ts';

const run = promisify(execFile);

/** The shell's lines below a heading or a sentence of the README, in order. */
function blocksAfter(start: string, count: number): readonly string[] {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  const from = text.indexOf(start);
  if (from < 0) throw new Error(`README.md does not say "${start}".`);
  const blocks = [...text.slice(from).matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block ?? '');
  return blocks.slice(0, count);
}

/** Pastes them into a shell as a reader would, but for the port. @returns what it printed */
async function paste(blocks: readonly string[], user: string): Promise<string> {
  const lines = blocks.join('\n').replaceAll(/\\\n\s*/g, '');
  const script = lines
    .replace(/^API=.*$/m, `API=${apiUrl}`)
    .replaceAll('ada', user)
    .replaceAll('first-try', `first-try-${user}`)
    // Each answer on lines of its own, without curl's meter.
    .replaceAll(/^curl (.*?)(\s+#.*)?$/gm, 'curl -s $1; echo');
  const { stdout } = await run('bash', ['-eu', '-c', script], { timeout: 60_000 });
  return stdout;
}

describe('README', () => {
  const user = `ada-${process.pid}`;

  test('shows a session in curl that works as it is pasted', async () => {
    const said = await paste(blocksAfter('## Try it', 2), user);
    expect(said).toContain('Hello');
    expect(said).toMatch(/"label":"setosa"/);
    expect(said).toContain('"server":"http');
    expect(said).toMatch(/^HTTP\/1\.1 201/m);
    expect(said).toMatch(/^mirror: (synced|degraded)\r?$/im);
    const orders = [...said.matchAll(/^\{"id":"(ord_[^"]+)"/gm)].map(([, id]) => id);
    expect(orders).toHaveLength(2);
    expect(new Set(orders).size).toBe(1);
    const listed = said.trim().split('\n').at(-1) ?? '';
    expect((JSON.parse(listed) as { items: { id: string }[] }).items.map(({ id }) => id)).toEqual([
      orders[0],
    ]);
    const [, made] = /"id":"(prod_[^"]+)","name":"Tea towel"/.exec(said) ?? [];
    expect((await request('DELETE', `/products/${made}`)).status).toBe(204);
  });
});
