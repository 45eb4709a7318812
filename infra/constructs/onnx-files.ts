import { cpSync, existsSync, globSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** Which native binaries a deployment runs, in Node's words. */
export interface NativePlatform {
  readonly platform: string;
  readonly arch: string;
}

/** Only the target's CPU binaries of the 290 MB package. */
export function copyOnnxRuntime(modules: string, { platform, arch }: NativePlatform): void {
  const binaries = join('onnxruntime-node', 'bin', 'napi-v6', platform, arch);
  const parts = ['onnxruntime-node/package.json', 'onnxruntime-node/dist', 'onnxruntime-common', binaries];
  for (const part of parts) {
    const source = join(root, 'node_modules', part);
    if (!existsSync(source))
      throw new Error(`ONNX Runtime has no ${part}. Is ${platform}-${arch} one of its platforms?`);
    cpSync(source, join(modules, part), { recursive: true, dereference: true });
  }
}

/** Model files and cards alone: what trained them stays at home. */
export function copyModels(folder: string): void {
  const models = join(root, 'layers', 'onnx-runtime', 'models');
  for (const file of globSync('*/{model.onnx,card.json}', { cwd: models }))
    cpSync(join(models, file), join(folder, file));
}

/** Puts the native runtime and the models beside a function, for where no layer is mounted. */
export function addOnnxRuntime(functionFolder: string, native: NativePlatform): void {
  copyModels(join(functionFolder, 'models'));
  copyOnnxRuntime(join(functionFolder, 'node_modules'), native);
}
