import { cpSync, existsSync, globSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BuildOptions, stop } from 'esbuild';
import { leaveStreamsOut, loadTogether } from './bundle-plugins.ts';
import { addOnnxRuntime, copyModels, copyOnnxRuntime, type NativePlatform } from './onnx-files.ts';
import { buildPage } from './page.ts';
import { buildInto } from './source-maps.ts';

const root = join(import.meta.dirname, '..', '..');

/** Whether functions find the shared code in a Lambda layer, or carry it themselves. */
export type LayersMode = 'mounted' | 'inline';

const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
  plugins: [leaveStreamsOut],
  alias: { '@aws-sdk/credential-provider-node': '@layers/stores/role-credentials' },
  outExtension: { '.js': '.mjs' },
  // Dependencies that are CommonJS call `require` for Node's own modules.
  banner: { js: "import{createRequire as $cr}from'node:module';const require=$cr(import.meta.url);" },
} as const satisfies BuildOptions;

/** Where Lambda unpacks layers. */
const layersPath = '/opt';
/** What a function finds in the runtime's layer: the module that runs models, and the one that the models lie beside. */
const inOnnxLayer = ['predictor', 'models-folder'];
const native = ['onnxruntime-node', ...inOnnxLayer.map((name) => `@layers/onnx-runtime/${name}`)];

/** They read the models' cards and run none. */
const readsCards = ['consensus', 'staking'];

/** Each is one of Lambda's handlers: a function finds in its start what it needs and nothing else. */
const functionEntries = () =>
  globSync('functions/*/{index,*-entry}.ts', { cwd: root })
    .sort()
    .map((path) => ({ in: path, out: path.replace(/^functions\/|\.ts$/g, '') }));

/** Built code, each part a folder to zip. */
export interface BuiltCode {
  readonly functionFolder: (name: string) => string;
  /** `undefined` where every function carries its code itself. */
  readonly sharedLayer: string | undefined;
  readonly onnxLayer: string | undefined;
}

async function buildParts(outFolder: string, mode: LayersMode, platform: NativePlatform): Promise<BuiltCode> {
  const functions = join(outFolder, 'functions');
  const functionFolder = (name: string) => join(functions, name);
  const entryPoints = functionEntries();
  if (mode === 'inline') {
    await buildInto(functions, { ...common, entryPoints, external: ['onnxruntime-node'] });
    addOnnxRuntime(functionFolder('models'), platform);
    for (const name of readsCards) copyModels(join(functionFolder(name), 'models'));
    return { functionFolder, sharedLayer: undefined, onnxLayer: undefined };
  }
  const sharedLayer = join(outFolder, 'layers', 'shared');
  await buildInto(functions, {
    ...common,
    entryPoints,
    external: native,
    plugins: [loadTogether, ...common.plugins],
    splitting: true,
    chunkNames: 'shared/[hash]',
    // By their place: a name would be looked for in each folder above, chunk by chunk.
    publicPath: layersPath,
  });
  mkdirSync(sharedLayer, { recursive: true });
  renameSync(join(functions, 'shared'), join(sharedLayer, 'shared'));
  const onnxLayer = await buildOnnxLayer(join(outFolder, 'layers', 'onnx'), platform);
  return { functionFolder, sharedLayer, onnxLayer };
}

/**
 * Builds every function and the layers under `outFolder`.
 * `mounted`: all functions in one run with code splitting. What a function has for itself is its own; what two or more
 * have in common, dependencies included, is the shared layer. `inline`: each function whole, with the runtime beside it.
 */
export async function buildCode(
  outFolder: string,
  mode: LayersMode,
  platform: NativePlatform,
): Promise<BuiltCode> {
  // The CLI synthesizes into the same cdk.out again.
  rmSync(outFolder, { recursive: true, force: true });
  try {
    const code = await buildParts(outFolder, mode, platform);
    await buildPage(join(code.functionFolder('front-end'), 'page'));
    return code;
  } finally {
    // esbuild's own process would keep whoever built waiting.
    await stop();
  }
}

/** The native runtime with the models, as a layer of its own: 17 MB that change rarely. */
async function buildOnnxLayer(outFolder: string, platform: NativePlatform): Promise<string> {
  const modules = join(outFolder, 'nodejs', 'node_modules');
  const folder = join(modules, '@layers', 'onnx-runtime');
  await buildInto(folder, {
    ...common,
    entryPoints: inOnnxLayer.map((name) => `layers/onnx-runtime/${name}.ts`),
    splitting: true,
    external: ['onnxruntime-node'],
  });
  const manifest = { name: '@layers/onnx-runtime', type: 'module', exports: { './*': './*.mjs' } };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest)}\n`);
  copyModels(join(folder, 'models'));
  copyOnnxRuntime(modules, platform);
  return outFolder;
}

/**
 * A handler given as text, built as `index.mjs` in a folder: for what is measured beside functions. `as-functions`: in the
 * way that they are. `plain`: as esbuild makes it of the packages as they come, minified too, and without a map that a
 * start would read.
 */
export async function buildAlone(
  contents: string,
  folder: string,
  way: 'as-functions' | 'plain',
): Promise<void> {
  const stdin = { contents, resolveDir: join(root, 'functions'), loader: 'ts' as const };
  const plain = { plugins: [], alias: {}, sourcemap: false };
  const entry = { stdin, entryNames: 'index' };
  await buildInto(folder, { ...common, ...(way === 'plain' ? plain : {}), ...entry });
}

/** Files that a function reads beside its code: from (below the root) to (below its folder). */
export type AssetFiles = Readonly<Record<string, string>>;

/** Copies them. @throws Error for one that is not there. */
export function addFiles(functionFolder: string, files: AssetFiles): void {
  for (const [from, to] of Object.entries(files)) {
    const source = join(root, from);
    if (!existsSync(source)) throw new Error(`${from} is not there. Install the packages first: npm ci`);
    mkdirSync(dirname(join(functionFolder, to)), { recursive: true });
    cpSync(source, join(functionFolder, to), { recursive: true });
  }
}
