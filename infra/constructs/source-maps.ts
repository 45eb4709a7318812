import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';
import type { Metafile, Plugin } from 'esbuild';

interface SourceMap {
  readonly sources: readonly string[];
  readonly mappings: string;
}

/**
 * Where each line of ours begins, which is all that a stack trace needs: esbuild maps every name and bracket, and those of
 * the dependencies too. `undefined`: there is no line of ours.
 */
function ownLinesOf(map: SourceMap): SourceMap | undefined {
  const own = map.sources.filter((source) => !source.includes('node_modules/'));
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
  const own = Object.entries(inputs).filter(([path]) => !path.includes('node_modules/'));
  return own.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0) / bytes;
}

/** Has the maps of a build, which Node reads with the code at every start, be of our own lines. Takes a metafile. */
export const mapOwnLines: Plugin = {
  name: 'map-own-lines',
  setup: (build) => {
    build.onEnd(({ metafile }) => {
      for (const [path, output] of Object.entries(metafile?.outputs ?? {})) {
        if (!path.endsWith('.mjs')) continue;
        const file = join(build.initialOptions.absWorkingDir ?? '', path);
        const map = JSON.parse(readFileSync(`${file}.map`, 'utf8')) as SourceMap;
        const own = ownShareOf(output) < ownShareMin ? undefined : ownLinesOf(map);
        // By its name: beside the code wherever that lies, which is not /opt on every machine.
        const comment = own === undefined ? '' : `//# sourceMappingURL=${basename(file)}.map\n`;
        writeFileSync(
          file,
          readFileSync(file, 'utf8').replace(/^\/\/# sourceMappingURL=.*\n?/m, () => comment),
        );
        if (own === undefined) rmSync(`${file}.map`);
        else writeFileSync(`${file}.map`, JSON.stringify({ ...map, ...own, names: [] }));
      }
    });
  },
};
