/** What esbuild is told beyond its options: which code of a function's start is mapped, left out, or put together. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

const emptyMap = Buffer.from('{"version":3,"sources":[""],"mappings":"AAAA"}').toString('base64');

/** Our own lines alone are mapped: a map of the dependencies is twice the code, and Node reads it at every start. */
export const mapOwnCode: Plugin = {
  name: 'map-own-code',
  setup: (build) => {
    build.onLoad({ filter: /node_modules\/.*\.m?js$/ }, async ({ path }) => ({
      contents: `${await readFile(path, 'utf8')}\n//# sourceMappingURL=data:application/json;base64,${emptyMap}`,
      loader: 'default',
    }));
  },
};

const unstreamed = join(import.meta.dirname, '..', '..', 'layers', 'http', 'unstreamed.ts');

/** middy has Node's streams for answers that are streamed, which no function gives: each start would load them. */
export const leaveStreamsOut: Plugin = {
  name: 'leave-streams-out',
  setup: (build) => {
    build.onResolve({ filter: /^node:stream\/(promises|web)$/ }, ({ importer }) =>
      importer.includes('/@middy/core/') ? { path: unstreamed } : undefined,
    );
  },
};

/**
 * Modules whose start costs less than that of a file of their own would: whoever loads the first has the others in the same
 * file. (A chunk is made for each set of functions that have something in common, and each costs a start some 0.4 ms.)
 */
const inOneChunk: Readonly<Record<string, readonly string[]>> = {
  '@layers/http/serve': [
    '@layers/contract/headers',
    '@layers/contract/query',
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
      const filter = new RegExp(`/${module.replace('@layers/', 'layers/')}\\.[jt]s$`);
      build.onLoad({ filter }, async ({ path }) => ({
        contents: [await readFile(path, 'utf8'), ...others.map((other) => `import '${other}';`)].join('\n'),
        loader: path.endsWith('.ts') ? 'ts' : 'js',
      }));
    }
  },
};
