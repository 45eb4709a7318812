import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone, whatever folder a command was typed in. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Everything that is installed or written at run time; ignored by git, safe to delete while nothing runs. */
export const tandemFolder = join(root, '.tandem');
export const locksFolder = join(tandemFolder, 'locks');
export const pinnedNode = join(root, 'node_modules', 'node', 'bin', 'node');
export const cdkProgram = join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk');

const localstackFolder = join(root, 'infra', 'emulator', 'localstack');
export const uvLock = join(root, 'infra', 'emulator', 'uv-requirements.lock');
export const pythonLock = join(localstackFolder, 'requirements.lock');
export const jarsLock = join(localstackFolder, 'dynamodb-local.json');

/** The folder of what a lock file pins: another lock is another folder, so nothing stale is ever used. */
export function folderForLock(name: string, lock: string): string {
  const digest = createHash('sha256').update(readFileSync(lock)).digest('hex').slice(0, 12);
  return join(tandemFolder, `${name}-${digest}`);
}

/** Where a run keeps its state and logs: that of `npm start`, or the one a test run was given. */
export function stateFolderFrom(environment: NodeJS.ProcessEnv): string {
  return environment.TANDEM_STATE_FOLDER ?? join(tandemFolder, 'run');
}
