import { build } from 'vite';
import { pageConfig } from './page-config.ts';

// Started by `page.ts` with the folder to build into.
const [, , outDir = 'dist'] = process.argv;
await build({ ...pageConfig, build: { ...pageConfig.build, outDir } });
