import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { jarsInstallation } from '../../infra/emulator/install-jars.ts';

test('a jar of DynamoDB Local with one wrong byte is not taken for the pinned one', () => {
  const { folder, isIntact } = jarsInstallation();
  expect(isIntact(folder)).toBe(true);
  const copy = mkdtempSync(join(tmpdir(), 'tandem-jars-'));
  try {
    for (const name of readdirSync(folder)) symlinkSync(join(folder, name), join(copy, name));
    expect(isIntact(copy)).toBe(true);
    const [name = ''] = readdirSync(copy).filter((file) => file.startsWith('DynamoDBLocal'));
    const file = join(copy, name);
    rmSync(file);
    copyFileSync(join(folder, name), file);
    const bytes = readFileSync(file);
    bytes.writeUInt8(bytes.readUInt8(1_000) ^ 1, 1_000);
    writeFileSync(file, bytes);
    expect(isIntact(copy)).toBe(false);
  } finally {
    rmSync(copy, { recursive: true });
  }
});
