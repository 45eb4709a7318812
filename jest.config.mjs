// Tests are ES modules in TypeScript, for which jest needs Node's --experimental-vm-modules, and the project's code
// needs the pinned Node. Both must hold for `npm test`, `npx jest` and an editor's runner alike, so when they do not,
// this file runs jest anew as it should be, and ends with its exit code.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import vm from 'node:vm';

const root = import.meta.dirname ?? new URL('.', import.meta.url).pathname;

if (typeof vm.SourceTextModule === 'undefined') {
  const program = join(root, 'node_modules', 'node', 'bin', 'node');
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const { status } = spawnSync(program, [...flags, ...process.argv.slice(1)], { stdio: 'inherit' });
  process.exit(status ?? 1);
}

const require = createRequire(import.meta.url);
const { localAwsEnvironment } = require('./infra/emulator/local-aws-environment.cjs');

/** A running `npm start` serves the tests that need an emulator, unless `npm test` has given them one of their own. */
function runningState() {
  try {
    const folder = process.env.TANDEM_STATE_FOLDER ?? join(root, '.tandem', 'run');
    const state = JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8'));
    return state.ready ? { ...state, folder } : undefined;
  } catch {
    return undefined;
  }
}

const state = runningState();
if (state && !process.env.TANDEM_API_URL) {
  const { endpoint, apiUrl, folder } = state;
  Object.assign(process.env, localAwsEnvironment({}, endpoint), {
    TANDEM_API_URL: apiUrl,
    TANDEM_STATE_FOLDER: folder,
  });
}

export default {
  rootDir: root,
  testMatch: ['<rootDir>/test/{unit,contract,infra,emulator,simulation,drill}/**/*.test.ts'],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/.tandem', '<rootDir>/cdk.out'],
  // What the functions log is not what a test says; --silent=false shows it.
  silent: true,
  testTimeout: 30_000,
  maxWorkers: 2,
};
