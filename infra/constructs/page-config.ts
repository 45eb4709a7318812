import { join } from 'node:path';
import type { InlineConfig, Plugin } from 'vite';
import { withoutDocumentation } from './page-documentation.ts';

const root = join(import.meta.dirname, '..', '..');

/**
 * Every schema of zod carries its own translation into JSON Schema, a sixth of what the page would load and nothing it
 * calls: OpenAPI is made by the system. Exports stay, as functions that answer nothing.
 */
const withoutJsonSchema: Plugin = {
  name: 'without-json-schema',
  enforce: 'pre',
  transform: {
    filter: { id: /zod\/v4\/core\/(json-schema-processors|to-json-schema)\.js$/ },
    handler: (code) =>
      [...code.matchAll(/^export (?:const|function) (\w+)/gm)]
        .map(([, name]) => `export const ${name} = () => undefined;`)
        .join('\n'),
  },
};

/** How the page is built, and served while it is worked on. */
export const pageConfig = {
  configFile: false,
  root: join(root, 'functions', 'front-end', 'page'),
  // Assets are found relative to index.html's own base, wherever the stage is.
  base: './',
  publicDir: false,
  logLevel: 'warn',
  cacheDir: join(root, '.tandem', 'vite'),
  plugins: [withoutJsonSchema, withoutDocumentation],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: ['chrome123', 'firefox120', 'safari17.5'],
    assetsDir: 'assets',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
    reportCompressedSize: false,
  },
} satisfies InlineConfig;
