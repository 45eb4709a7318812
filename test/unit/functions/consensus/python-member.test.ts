/** @jest-environment ./test/setup/models-environment.mjs */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '../../../../infra/emulator/port-owner.ts';
import { asked, memberNamed, newKey, openConsensus } from './consensus-under-test.ts';

const readme = readFileSync(new URL('../../../../functions/consensus/README.md', import.meta.url), 'utf8');
let child: ChildProcess;
let port: number;
const folder = mkdtempSync(join(tmpdir(), 'tandem-member-'));

async function untilAnswers(url: string): Promise<void> {
  for (const giveUpAt = Date.now() + 20_000; Date.now() < giveUpAt; ) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return;
  }
  throw new Error(`${url} does not answer.`);
}

beforeAll(async () => {
  const [, code = ''] = /```python\n([\s\S]*?)```/.exec(readme) ?? [];
  writeFileSync(join(folder, 'member.py'), code);
  port = await freePort();
  child = spawn('python3', [join(folder, 'member.py'), String(port)], { stdio: 'ignore' });
  await untilAnswers(`http://127.0.0.1:${port}/predict`);
});
afterAll(() => {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

test('the member of the documentation, in Python alone, joins without a key of its own and answers', async () => {
  const { join: joinAs, send } = openConsensus();
  const fields = { name: 'centres', url: `http://127.0.0.1:${port}`, protocol: 'plain' };
  expect((await joinAs(newKey(), fields)).status).toBe(201);
  const { json } = await send('askTogether', { query: { dataset: 'iris', ...asked } });
  expect(memberNamed(json, 'centres')).toMatchObject({
    status: 'answered',
    prediction: { label: 'virginica' },
  });
});
