import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { root } from '../../infra/emulator/paths.ts';
import { type OwnLocalstack, removeOwnLocalstack, startOwnLocalstack } from './own-localstack.ts';

const startMaxMs = 170_000;
let own: OwnLocalstack;

beforeAll(async () => {
  own = await startOwnLocalstack();
}, startMaxMs);
afterAll(() => removeOwnLocalstack(own), startMaxMs);

describe('a LocalStack that somebody else started', () => {
  test(
    'gets the system with functions that carry their code, answers, and is left running',
    async () => {
      const stateFolder = join(own.stateFolder, 'deployed-from');
      const program = join(root, 'infra', 'emulator', 'run.mjs');
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [program, 'start', '--endpoint', own.endpoint, '--json'],
        {
          env: { ...process.env, TANDEM_STATE_FOLDER: stateFolder },
          timeout: startMaxMs,
          maxBuffer: 2 ** 24,
        },
      );
      const { state } = JSON.parse(stdout) as { state: { apiUrl: string; external: boolean } };
      expect(state).toMatchObject({
        external: true,
        apiUrl: expect.stringContaining(own.endpoint) as unknown,
      });
      const { Functions = [] } = await own.lambda.send(new ListFunctionsCommand({}));
      expect(Functions.length).toBeGreaterThan(4);
      expect(Functions.filter(({ Layers }) => (Layers ?? []).length > 0)).toEqual([]);
      const iris = 'dataset=iris&sepalLengthCm=5.1&sepalWidthCm=3.5&petalLengthCm=1.4&petalWidthCm=0.2';
      const prediction = await fetch(`${state.apiUrl}/predict?${iris}`);
      expect(await prediction.json()).toMatchObject({ prediction: { label: 'setosa' } });
      const products = await fetch(`${state.apiUrl}/products`);
      expect(products.headers.get('mirror')).toBe('synced');
      // These read the models' cards beside their code.
      for (const path of ['/consensus/weights?dataset=iris', '/staking/supply'])
        expect([path, (await fetch(`${state.apiUrl}${path}`)).status]).toEqual([path, 200]);
      rmSync(stateFolder, { recursive: true, force: true });
      expect((await fetch(`${own.endpoint}/_localstack/health`)).ok).toBe(true);
    },
    startMaxMs,
  );
});
