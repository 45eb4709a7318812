/** Which code of a function's start is left out, and which is put together. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..', '..');

/** By its place, since what imports it may be a package, which knows none of ours. */
const placeOf = (module: string) =>
  module.startsWith('@layers/') ? `${join(root, module.replace('@', ''))}.ts` : module;

/**
 * Each start would load Node's web streams: for answers that middy streams, which no function gives, and for checksums of
 * such streams, which the SDK has for browsers (in Node its bodies are the other kind).
 */
export const leaveStreamsOut: Plugin = {
  name: 'leave-streams-out',
  setup: (build) => {
    build.onResolve({ filter: /^node:stream\/(promises|web)$/ }, ({ importer }) =>
      importer.includes('/@middy/core/') ? { path: placeOf('@layers/http/unstreamed') } : undefined,
    );
    build.onResolve({ filter: /\/createChecksumStream\.browser$/ }, () => ({
      path: placeOf('@layers/stores/no-web-streams'),
    }));
  },
};

/**
 * Modules whose start costs less than that of a file of their own would: whoever loads the first has the others in the same
 * file. (A chunk is made for each set of functions that have something in common, and each costs a start half a millisecond.)
 */
const inOneChunk: Readonly<Record<string, readonly string[]>> = {
  // Every function has this one.
  '@layers/domain/problem': ['@layers/http/serve', '@layers/stores/environment'],
  '@layers/http/serve': [
    '@layers/contract/headers',
    '@layers/contract/query',
    '@layers/contract/route',
    '@layers/http/bearer-tokens',
    '@layers/http/idempotency-key',
    '@layers/http/link-header',
    '@layers/http/signed-request',
  ],
  '@layers/stores/environment': ['@layers/stores/open-secret', '@layers/queue/scheduled'],
  '@layers/domain/redundancy/replicate': ['@layers/domain/redundancy/lag'],
  '@layers/stores/clients': ['@layers/stores/probes'],
  // What is loaded later has this in common with the clients, and would have it apart.
  '@layers/stores/secrets': ['@layers/stores/clients'],
  '@smithy/core/dist-es/submodules/event-streams/index': ['@layers/stores/clients'],
};

/** Has `inOneChunk` come true. */
export const loadTogether: Plugin = {
  name: 'load-together',
  setup: (build) => {
    for (const [module, others] of Object.entries(inOneChunk)) {
      const filter = new RegExp(`/${module.replace('@layers/', 'layers/')}\\.m?[jt]s$`);
      build.onLoad({ filter }, async ({ path }) => ({
        contents: [
          await readFile(path, 'utf8'),
          ...others.map((other) => `import ${JSON.stringify(placeOf(other))};`),
        ].join('\n'),
        loader: path.endsWith('.ts') ? 'ts' : 'js',
      }));
    }
  },
};
