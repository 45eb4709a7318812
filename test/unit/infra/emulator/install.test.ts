import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  installPackages,
  packagesProblem,
} from '../../../../infra/emulator/before-install/install-packages.mjs';
import { identityOf } from '../../../../infra/emulator/before-install/process-identity.mjs';
import { pythonCandidates } from '../../../../infra/emulator/find-python.ts';
import { installFolder } from '../../../../infra/emulator/install-folder.ts';
import { downloadJar } from '../../../../infra/emulator/install-jars.ts';

let scratch = '';
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'tandem-install-'));
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

const steps = { progress: () => undefined, signal: new AbortController().signal };
const has = (name: string) => (folder: string) => existsSync(join(folder, name));

describe('an installed folder', () => {
  const install = (build: (folder: string) => Promise<void>) =>
    installFolder({ ...steps, folder: join(scratch, `it-${process.pid}`), isIntact: has('tool'), build });
  const complete = async (folder: string): Promise<void> => writeFile(join(folder, 'tool'), 'works');

  test('is built once', async () => {
    expect(await install(complete)).toBe(true);
    expect(await install(async () => Promise.reject(new Error('built again')))).toBe(false);
  });

  test('is rebuilt when a killed build left it half-made', async () => {
    const folder = join(scratch, `it-${process.pid}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'tool'), 'half');
    mkdirSync(`${folder}.building`);
    writeFileSync(join(`${folder}.building`, 'old'), 'half');
    expect(await install(complete)).toBe(true);
    expect(readFileSync(join(folder, 'tool'), 'utf8')).toBe('works');
    expect(existsSync(join(folder, 'old'))).toBe(false);
  });

  test('is rebuilt when something was taken out of it', async () => {
    await install(complete);
    rmSync(join(scratch, `it-${process.pid}`, 'tool'));
    expect(await install(complete)).toBe(true);
  });

  test('is rebuilt when any of its files has gone, but not for what Python keeps beside them', async () => {
    const folder = join(scratch, `it-${process.pid}`);
    const deep = async (at: string): Promise<void> => {
      await complete(at);
      mkdirSync(join(at, 'lib', '__pycache__'), { recursive: true });
      for (const name of ['a.py', 'b.py', '__pycache__/a.pyc']) writeFileSync(join(at, 'lib', name), name);
    };
    await install(deep);
    rmSync(join(folder, 'lib', '__pycache__'), { recursive: true });
    expect(await install(deep)).toBe(false);
    rmSync(join(folder, 'lib', 'b.py'));
    expect(await install(deep)).toBe(true);
    expect(existsSync(join(folder, 'lib', 'b.py'))).toBe(true);
  });

  test('that could not be built is not there, and a full disk is named', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    await expect(install(async () => Promise.reject(full))).rejects.toMatchObject({
      why: expect.stringContaining('The disk is full.') as unknown,
    });
    expect(existsSync(join(scratch, `it-${process.pid}`))).toBe(false);
  });
});

describe('a downloaded jar', () => {
  const bytes = Buffer.from('a jar');
  const jar = {
    path: 'com/example/a.jar',
    name: 'a.jar',
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };

  test('is taken when it is the pinned one', async () => {
    expect(
      await downloadJar('http://repository', jar, async () => Promise.resolve(new Response(bytes))),
    ).toEqual(bytes);
  });

  test('is fetched again after a failure', async () => {
    const answers = [new Response('busy', { status: 503 }), new Response(bytes)];
    const fetchFile = async (): Promise<Response> =>
      Promise.resolve(answers.shift() ?? new Response('none', { status: 500 }));
    expect(await downloadJar('http://repository', jar, fetchFile)).toEqual(bytes);
  });

  test('is refused when its hash differs, after a bounded number of attempts', async () => {
    let attempts = 0;
    const fetchFile = async (): Promise<Response> => {
      attempts += 1;
      return Promise.resolve(new Response('something else'));
    };
    await expect(downloadJar('http://repository', jar, fetchFile)).rejects.toMatchObject({
      message: 'a.jar of DynamoDB Local could not be fetched.',
      why: expect.stringContaining(jar.sha256) as unknown,
      next: expect.stringContaining('run the same command again') as unknown,
    });
    expect(attempts).toBe(3);
  });
});

describe('the npm packages', () => {
  const lock = {
    packages: {
      '': { name: 'it' },
      'node_modules/a': { version: '1.0.0' },
      'node_modules/elsewhere': { version: '1.0.0', optional: true },
    },
  };
  const writeInstalled = (packages: Record<string, unknown>): void => {
    mkdirSync(join(scratch, 'node_modules'), { recursive: true });
    writeFileSync(join(scratch, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));
  };
  const writeFileBelow = (path: string): void => {
    mkdirSync(join(scratch, path, '..'), { recursive: true });
    writeFileSync(join(scratch, path), '{}');
  };

  test('are told from none, others, half-made ones and a missing Node', () => {
    writeFileSync(join(scratch, 'package-lock.json'), JSON.stringify(lock));
    expect(packagesProblem(scratch)).toBe('not installed');
    writeInstalled({});
    expect(packagesProblem(scratch)).toBe('a is missing');
    writeInstalled({ 'node_modules/a': { version: '0.9.0' } });
    expect(packagesProblem(scratch)).toBe('a has another version');
    writeInstalled({ 'node_modules/a': { version: '1.0.0' } });
    expect(packagesProblem(scratch)).toBe('a is half-made');
    writeFileBelow('node_modules/a/package.json');
    expect(packagesProblem(scratch)).toBe('the pinned Node is missing');
    writeFileBelow('node_modules/node/bin/node');
    expect(packagesProblem(scratch)).toBeUndefined();
  });
});

describe('an npm ci that outlived the command that started it', () => {
  test('is waited for: a second one beside it would take its folders away', async () => {
    writeFileSync(join(scratch, 'package-lock.json'), JSON.stringify({ packages: { '': {} } }));
    mkdirSync(join(scratch, '.tandem', 'locks'), { recursive: true });
    // Ends when it is told that somebody waits, with all in place.
    const script = `process.stdin.once('data', () => {
      const { mkdirSync, writeFileSync } = require('node:fs');
      mkdirSync('node_modules/node/bin', { recursive: true });
      writeFileSync('node_modules/node/bin/node', '');
      writeFileSync('node_modules/.package-lock.json', '{"packages":{}}');
      process.exit();
    });`;
    const orphan = spawn(process.execPath, ['-e', script], { cwd: scratch });
    const identity = JSON.stringify(identityOf(orphan.pid ?? 0));
    writeFileSync(join(scratch, '.tandem', 'locks', 'npm-ci.json'), identity);
    const printed: string[] = [];
    const print = (text: string) => {
      printed.push(text);
      orphan.stdin.write('somebody waits');
    };
    const { detail } = await installPackages(scratch, { command: 'start', print });
    expect(detail).toBe('installed by another command');
    expect(printed).toEqual([expect.stringContaining(`process ${orphan.pid}`)]);
  });
});

describe('Python', () => {
  test('is looked for in pyenv, newest first, then on the PATH without pyenv’s shims', () => {
    for (const path of [
      'v/versions/3.13.2/bin/python3',
      'v/versions/3.13.10/bin/python3',
      'v/versions/3.12.1/bin/python3',
      'bin/python3',
      'x/.pyenv/shims/python3.13',
    ]) {
      mkdirSync(join(scratch, path, '..'), { recursive: true });
      writeFileSync(join(scratch, path), '');
    }
    const environment = { PYENV_ROOT: join(scratch, 'v'), PATH: `${scratch}/x/.pyenv/shims:${scratch}/bin` };
    expect(pythonCandidates(environment, join(scratch, 'home'))).toEqual([
      join(scratch, 'v/versions/3.13.10/bin/python3'),
      join(scratch, 'v/versions/3.13.2/bin/python3'),
      join(scratch, 'bin/python3'),
    ]);
  });
});
