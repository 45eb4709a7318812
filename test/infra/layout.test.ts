import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..');
const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '');
const code = tracked.filter((path) => /\.(ts|mjs|cjs|py)$/.test(path));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const where = (paths: readonly string[], pattern: RegExp) => paths.filter((path) => pattern.test(read(path)));

describe('the house', () => {
  test('keeps code in its five folders', () => {
    const top = new Set(code.map((path) => path.split('/')[0]).filter((name) => !name?.includes('.')));
    expect([...top].sort()).toEqual(['functions', 'infra', 'layers', 'test']);
  });

  test('has no drawers: utils, common, helpers, shared', () => {
    expect(tracked.filter((path) => /(^|\/)(utils|common|helpers|shared)(\/|\.)/.test(path))).toEqual([]);
  });

  test('names files in kebab-case', () => {
    const names = code.filter((path) => path.endsWith('.ts')).map((path) => basename(path));
    expect(
      names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|suite|d))?\.(m|c)?ts$/.test(name)),
    ).toEqual([]);
  });

  test('keeps files short enough to read in one go', () => {
    const lengths = code.map((path) => ({ path, lines: read(path).split('\n').length }));
    expect(lengths.filter(({ lines }) => lines > 300)).toEqual([]);
  });

  test('reads the environment of a function in one place', () => {
    const readers = where(
      code.filter((path) => /^(functions|layers)\/.*\.ts$/.test(path)),
      /process\.env/,
    );
    expect(readers).toEqual(['layers/stores/environment.ts']);
  });

  test('has index.ts only as the entry of a function', () => {
    const entries = code.filter((path) => basename(path) === 'index.ts');
    expect(entries.filter((path) => !/^functions\/[a-z-]+\/index\.ts$/.test(path))).toEqual([]);
  });

  test('exports by name alone', () => {
    const typed = code.filter((path) => path.endsWith('.ts'));
    expect(where(typed, /^export default/m)).toEqual([]);
  });

  test('imports zod in its small dialect, as a namespace, which bundles to a tenth', () => {
    expect(where(code, /^import (type )?(.* from 'zod'|\{ ?z ?\} from 'zod)/m)).toEqual([]);
  });

  test('skips no test, and runs none alone', () => {
    const tests = code.filter((path) => path.endsWith('.test.ts') && !path.endsWith('layout.test.ts'));
    expect(
      where(
        tests,
        /\b(test|describe|it)\.(skip|only|todo)\b|\bx(it|test|describe)\(|jest\.(mock|retryTimes)/,
      ),
    ).toEqual([]);
  });

  test('starts and tests from any folder: npm stops at the nearest package.json', () => {
    const packages = tracked.filter((path) => /^layers\/[a-z-]+\/package\.json$/.test(path));
    expect(packages.length).toBeGreaterThan(4);
    for (const path of packages) {
      const { scripts } = JSON.parse(read(path)) as { scripts: Record<string, string> };
      for (const command of ['start', 'test', 'stop', 'status'])
        expect([path, scripts[command]]).toEqual([path, `node ../../infra/emulator/run.mjs ${command}`]);
    }
  });
});
