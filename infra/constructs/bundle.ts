import { cpSync, existsSync, globSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';

export const root = join(import.meta.dirname, '..', '..');

/** Whether functions find the shared code in a Lambda layer, or carry it themselves. */
export type LayersMode = 'mounted' | 'inline';

/** The layers that hold TypeScript alone; the native ONNX Runtime is a layer of its own. */
const sharedLayers = ['contract', 'domain', 'stores', 'http', 'queue'] as const;

const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  // Names are read in logs and matched by `isProblem`.
  keepNames: true,
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
  // Dependencies that are CommonJS call `require` for Node's own modules.
  banner: { js: "import{createRequire as $cr}from'node:module';const require=$cr(import.meta.url);" },
} as const satisfies BuildOptions;

/** The same module names as in the workspace, now for compiled files: Node strips no types under node_modules. */
function writeManifest(folder: string, layer: string): void {
  const manifest = { name: `@layers/${layer}`, type: 'module', exports: { './*': './*.js' } };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * The shared layers as one Lambda layer: every module of theirs is an entry, and what they have in common, their
 * dependencies included, is split into chunks, so that a function loads no more than it imports.
 * @returns the folder to zip.
 */
export function buildSharedLayer(outFolder: string): string {
  const entries = sharedLayers.flatMap((layer) => globSync(`layers/${layer}/**/*.ts`, { cwd: root })).sort();
  const modules = join(outFolder, 'nodejs', 'node_modules', '@layers');
  buildSync({
    ...common,
    entryPoints: entries,
    outdir: modules,
    outbase: 'layers',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
  });
  for (const layer of sharedLayers) {
    writeManifest(join(modules, layer), layer);
  }
  writeFileSync(join(modules, 'package.json'), '{"type":"module"}\n');
  return outFolder;
}

/** Which native binaries a deployment runs, in Node's words. */
export interface NativePlatform {
  readonly platform: string;
  readonly arch: string;
}

function copyOnnxRuntime(modules: string, { platform, arch }: NativePlatform): void {
  const binaries = join('onnxruntime-node', 'bin', 'napi-v6', platform, arch);
  for (const part of [
    'onnxruntime-node/package.json',
    'onnxruntime-node/dist',
    'onnxruntime-common',
    binaries,
  ]) {
    const source = join(root, 'node_modules', part);
    if (!existsSync(source))
      throw new Error(`ONNX Runtime has no ${part}. Is ${platform}-${arch} one of its platforms?`);
    cpSync(source, join(modules, part), { recursive: true, dereference: true });
  }
}

/** Model files and cards alone: what trained them stays at home. */
function copyModels(folder: string): void {
  const models = join(root, 'layers', 'onnx-runtime', 'models');
  for (const file of globSync('*/{model.onnx,card.json}', { cwd: models }))
    cpSync(join(models, file), join(folder, file));
}

/**
 * The native runtime with the models, as a layer of its own: 17 MB that change rarely. Only the target's CPU binaries of
 * the 290 MB package go in.
 * @returns the folder to zip.
 */
export function buildOnnxLayer(outFolder: string, native: NativePlatform): string {
  const modules = join(outFolder, 'nodejs', 'node_modules');
  const folder = join(modules, '@layers', 'onnx-runtime');
  buildSync({
    ...common,
    entryPoints: globSync('layers/onnx-runtime/*.ts', { cwd: root }).sort(),
    outdir: folder,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    external: ['onnxruntime-node'],
  });
  writeManifest(folder, 'onnx-runtime');
  copyModels(join(folder, 'models'));
  copyOnnxRuntime(modules, native);
  return outFolder;
}

/** Puts the native runtime and the models beside a function, for where no layer is mounted. */
export function addOnnxRuntime(functionFolder: string, native: NativePlatform): void {
  copyModels(join(functionFolder, 'models'));
  copyOnnxRuntime(join(functionFolder, 'node_modules'), native);
}

/** Files that a function reads beside its code: from (below the root) to (below its folder). */
export type AssetFiles = Readonly<Record<string, string>>;

/** One context's functions as an ES module `index.mjs` with what it reads beside it. @returns the folder to zip. */
export function buildFunction(
  context: string,
  outFolder: string,
  mode: LayersMode,
  files: AssetFiles = {},
): string {
  buildSync({
    ...common,
    entryPoints: [`functions/${context}/index.ts`],
    outfile: join(outFolder, 'index.mjs'),
    external: ['onnxruntime-node', ...(mode === 'mounted' ? ['@layers/*'] : [])],
  });
  for (const [from, to] of Object.entries(files)) {
    const source = join(root, from);
    if (!existsSync(source)) throw new Error(`${from} is not there. Install the packages first: npm ci`);
    mkdirSync(dirname(join(outFolder, to)), { recursive: true });
    cpSync(source, join(outFolder, to), { recursive: true });
  }
  return outFolder;
}
