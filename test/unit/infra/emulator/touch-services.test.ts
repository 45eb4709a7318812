import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { untilTablesAnswer } from '../../../../infra/emulator/touch-services.ts';

describe('a LocalStack whose tables', () => {
  let folder = '';
  let status = 200;
  let localStack: Server;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tandem-tables-'));
    localStack = createServer((_request, response) => response.writeHead(status).end('gave up waiting'));
    await once(localStack.listen(0, '127.0.0.1'), 'listening');
  });
  afterEach(() => {
    localStack.close();
    rmSync(folder, { recursive: true });
  });
  const answer = () =>
    untilTablesAnswer(
      `http://127.0.0.1:${(localStack.address() as AddressInfo).port}`,
      join(folder, 'dynamodb.log'),
    );

  test('answer is taken as it is', async () => {
    status = 200;
    await expect(answer()).resolves.toBeUndefined();
  });

  test('cannot be had is told with what DynamoDB Local said last, instead of being waited for', async () => {
    status = 500;
    writeFileSync(join(folder, 'dynamodb.log'), 'started\nCould not find or load main class\n');
    await expect(answer()).rejects.toMatchObject({
      message: 'DynamoDB Local does not answer.',
      why: 'gave up waiting\nstarted\nCould not find or load main class',
      next: `less ${join(folder, 'dynamodb.log')}`,
    });
  });
});
