import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type RunningFaults, startFaults } from '../../../../../infra/emulator/faults/start-faults.ts';

const stateFolder = mkdtempSync(join(tmpdir(), 'faults-'));
const printed = jest.spyOn(console, 'log');
let running: RunningFaults;

beforeAll(async () => {
  // Nothing is asked of the emulator.
  running = await startFaults(1, stateFolder);
});

afterAll(() => {
  running.close();
  printed.mockRestore();
  rmSync(stateFolder, { recursive: true, force: true });
});

test('what the fault API logs goes to a file, not into the terminal of whoever runs it', async () => {
  const { status } = await fetch(`${running.labUrl}/nowhere`);
  expect(status).toBe(404);
  const path = join(stateFolder, 'fault-api.log');
  const read = () => (existsSync(path) ? readFileSync(path, 'utf8') : '');
  while (!read().endsWith('\n')) await new Promise((resolve) => setTimeout(resolve, 10));
  const lines = read().trim().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { function: 'fault-api', message: 'request', status: 404 },
  ]);
  expect(printed).not.toHaveBeenCalled();
});
