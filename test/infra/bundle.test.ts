import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { buildCode } from '../../infra/constructs/bundle.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-bundle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const modulesIn = (cwd: string) => globSync('**/*.mjs', { cwd }).sort();
const digestOf = (cwd: string) => {
  const hash = createHash('sha256');
  for (const path of globSync('**/*.{mjs,map}', { cwd }).sort())
    hash.update(path).update(readFileSync(join(cwd, path)));
  return hash.digest('hex');
};

describe('built code', () => {
  test('is the same when it is built again into the same folder, so that an unchanged deploy changes nothing', async () => {
    await buildCode(folder, 'mounted', process);
    const first = digestOf(folder);
    await buildCode(folder, 'mounted', process);
    expect(digestOf(folder)).toBe(first);
    expect(modulesIn(join(folder, 'functions')).length).toBe(
      globSync('functions/*/{index,*-entry}.ts').length,
    );
  });

  test('is the same in a folder elsewhere, so that a deploy by hand changes nothing that npm start has deployed', async () => {
    await buildCode(folder, 'mounted', process);
    const first = digestOf(folder);
    const deeper = mkdtempSync(join('node_modules', '.tandem-bundle-'));
    try {
      await buildCode(join(deeper, 'a', 'b'), 'mounted', process);
      expect(digestOf(join(deeper, 'a', 'b'))).toBe(first);
    } finally {
      rmSync(deeper, { recursive: true });
    }
  });

  test('keeps what functions share in the layer alone', async () => {
    const { sharedLayer, functionFolder } = await buildCode(folder, 'mounted', process);
    const shop = readFileSync(join(functionFolder('shop'), 'index.mjs'), 'utf8');
    const imported = [...shop.matchAll(/from"\/opt\/(shared\/[^"]+)"/g)].map(([, path]) => path ?? '');
    expect(imported.length).toBeGreaterThan(0);
    const layer = new Set(modulesIn(sharedLayer ?? ''));
    expect(imported.filter((path) => !layer.has(path))).toEqual([]);
  });

  test('is few files at a start, and no module of Node that middy alone would load', async () => {
    const { sharedLayer = '', functionFolder } = await buildCode(folder, 'mounted', process);
    const opened = new Set<string>();
    const modules = new Set<string>();
    const open = (file: string) => {
      const text = readFileSync(file, 'utf8');
      for (const [, name = ''] of text.matchAll(/(?:from|import)\s?["'](node:[^"']+)["']/g))
        modules.add(name);
      for (const [, name = ''] of text.matchAll(/(?:from|import)"\/opt\/(shared\/[^"]+)"/g)) {
        if (opened.has(name)) continue;
        opened.add(name);
        open(join(sharedLayer, name));
      }
    };
    open(join(functionFolder('shop'), 'index.mjs'));
    // Clients, redundancy, what every function has, what servers share with the shop, esbuild's helpers.
    expect(opened.size).toBe(5);
    expect(modules).toContain('node:crypto');
    expect(modules).not.toContain('node:stream/web');
    // Node goes through whatever has a map: the SDK's 380 kB have none.
    const unmapped = [...opened].filter((name) => !existsSync(join(sharedLayer, `${name}.map`)));
    const unmappedBytes = unmapped.map((name) => readFileSync(join(sharedLayer, name)).length);
    expect(Math.max(...unmappedBytes)).toBeGreaterThan(300_000);
  });

  test('loads no web streams, which the SDK would for browsers', async () => {
    const { functionFolder } = await buildCode(folder, 'inline', process);
    const file = JSON.stringify(join(functionFolder('shop'), 'index.mjs'));
    // It fails for want of its variables, when all that it imports has been run.
    const script = `import(${file}).catch((error) => console.log(error.message, process.moduleLoadList.join()));`;
    const { stdout } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', env: {} });
    expect(stdout).toContain('CURSOR_SECRET');
    expect(stdout).toContain('NativeModule crypto');
    expect(stdout).not.toContain('internal/webstreams/readablestream');
  });

  test('says of an error in which of our own lines it was thrown, and maps no others', async () => {
    const { functionFolder } = await buildCode(folder, 'inline', process);
    const file = join(functionFolder('system'), 'index.mjs');
    const arguments_ = ['--enable-source-maps', file];
    const { stderr } = spawnSync(process.execPath, arguments_, { encoding: 'utf8', env: {} });
    const source = readFileSync('layers/stores/environment.ts', 'utf8').split('\n');
    const line = 1 + source.findIndex((text) => text.includes('environmentSchema().parse(process.env'));
    expect(stderr).toContain(`layers/stores/environment.ts:${line}:`);
    const { sources } = JSON.parse(readFileSync(`${file}.map`, 'utf8')) as { sources: string[] };
    expect(sources.filter((name) => name.includes('node_modules'))).toEqual([]);
  });

  test('is whole in each function where no layer is mounted', async () => {
    const { sharedLayer, onnxLayer, functionFolder } = await buildCode(folder, 'inline', process);
    expect([sharedLayer, onnxLayer]).toEqual([undefined, undefined]);
    expect(readFileSync(join(functionFolder('shop'), 'index.mjs'), 'utf8')).not.toMatch(/from"\/opt/);
    const inBundle = /new URL\("\.\/models\/",import\.meta\.url\)/;
    const withModels = globSync('*/index.mjs', { cwd: functionFolder('.') })
      .filter((path) => inBundle.test(readFileSync(join(functionFolder('.'), path), 'utf8')))
      .map((path) => dirname(path));
    expect(withModels).toEqual(expect.arrayContaining(['models', 'consensus', 'staking']));
    for (const name of withModels)
      expect(globSync('models/*/card.json', { cwd: functionFolder(name) }).length).toBeGreaterThan(4);
  });
});
