import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';
import { type BuildOptions, build, type Metafile, type OutputFile } from 'esbuild';

const root = join(import.meta.dirname, '..', '..');

interface SourceMap {
  readonly sources: readonly string[];
  readonly mappings: string;
}

const isOwn = (path: string): boolean => !path.includes('node_modules/');

/**
 * Where each line of ours begins, which is all that a stack trace needs: esbuild maps every name and bracket, and those of
 * the dependencies too. `undefined`: there is no line of ours.
 */
function ownLinesOf(map: SourceMap): SourceMap | undefined {
  const own = map.sources.filter(isOwn);
  if (own.length === 0) return undefined;
  const numbers = map.sources.map((source) => own.indexOf(source));
  const thin = (segments: SourceMapSegment[]): SourceMapSegment[] => {
    let last = '';
    return segments.flatMap(([column, source = -1, line = 0, sourceColumn = 0]): SourceMapSegment[] => {
      const number = numbers[source] ?? -1;
      const place = number < 0 ? '' : `${number} ${line}`;
      if (place === last) return [];
      last = place;
      return [number < 0 ? [column] : [column, number, line, sourceColumn]];
    });
  };
  return { sources: own, mappings: encode(decode(map.mappings).map(thin)) };
}

/**
 * Node counts the lines of whatever has a map at every start: 4 ms for the SDK's 380 kB. With less than this of our own
 * in it a file has none; its few lines are then the only ones that a stack trace names as they were built.
 */
const ownShareMin = 0.01;

function ownShareOf({ inputs, bytes }: Metafile['outputs'][string]): number {
  const own = Object.entries(inputs).filter(([path]) => isOwn(path));
  return own.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0) / bytes;
}

/** @returns what of a build is to be written: code with the map that it names, or with none. */
function mapped(code: OutputFile, map: OutputFile | undefined, output: Metafile['outputs'][string]) {
  const text = code.text;
  if (map === undefined) return [{ path: code.path, text }];
  const whole = JSON.parse(map.text) as SourceMap;
  const own = ownShareOf(output) < ownShareMin ? undefined : ownLinesOf(whole);
  // By its name: beside the code wherever that lies, which is not /opt on every machine.
  const comment = own === undefined ? '' : `//# sourceMappingURL=${basename(map.path)}\n`;
  const named = { path: code.path, text: text.replace(/^\/\/# sourceMappingURL=.*\n?/m, () => comment) };
  if (own === undefined) return [named];
  return [named, { path: map.path, text: JSON.stringify({ ...whole, ...own, names: [] }) }];
}

/** Where esbuild takes itself to write: what it names after places is the same wherever the code is kept in the end. */
const builtAt = join(root, 'bundle');

/**
 * Builds into a folder, with maps of our own lines alone: Node reads them with the code at every start.
 * The same sources give the same files, whichever folder that is.
 */
export async function buildInto(folder: string, options: BuildOptions): Promise<void> {
  const built = await build({ ...options, outdir: builtAt, metafile: true, write: false });
  const files = new Map(built.outputFiles.map((file) => [file.path, file]));
  for (const [place, output] of Object.entries(built.metafile.outputs)) {
    const code = files.get(join(root, place));
    if (code === undefined || !place.endsWith('.mjs')) continue;
    for (const { path, text } of mapped(code, files.get(`${code.path}.map`), output)) {
      const file = join(folder, relative(builtAt, path));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }
}
