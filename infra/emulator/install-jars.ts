import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { CommandFailure } from './before-install/command-failure.mjs';
import { type InstallSteps, installFolder, isInstalled } from './install-folder.ts';
import { folderForLock, jarsLock } from './paths.ts';
import { pythonEnvironment } from './python-environment.ts';
import { runTool } from './run-tool.ts';

const parallelMax = 12;
const attemptsMax = 3;
const downloadMaxMs = 120_000;

const jarList = z.object({
  files: z
    .array(z.object({ path: z.string(), name: z.string(), sha256: z.string().check(z.length(64)) }))
    .check(z.minLength(1), z.maxLength(500)),
});
type Jar = z.infer<typeof jarList>['files'][number];

const readJars = (): Jar[] => jarList.parse(JSON.parse(readFileSync(jarsLock, 'utf8'))).files;

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

// At every start: 34 MB take less than a tenth of a second, and Java says nothing of a jar that it cannot read.
const isIntact = (folder: string): boolean =>
  readJars().every(
    ({ name, sha256 }) =>
      existsSync(join(folder, name)) && digestOf(readFileSync(join(folder, name))) === sha256,
  );

export function jarsInstallation(): { folder: string; isIntact: (folder: string) => boolean } {
  return { folder: folderForLock('dynamodb-local', jarsLock), isIntact };
}

/**
 * DynamoDB Local's jars from Maven Central, each checked against its SHA-256.
 * @param pythonFolder the emulator's environment: LocalStack knows the repository's address
 * @throws CommandFailure when one cannot be fetched, or is not what is pinned
 */
export async function installJars(
  pythonFolder: string,
  steps: InstallSteps,
): Promise<{ folder: string; detail: string }> {
  const installation = jarsInstallation();
  if (isInstalled(installation)) return { folder: installation.folder, detail: 'up to date' };
  const repository = await mavenRepository(pythonFolder);
  const build = (folder: string): Promise<void> => downloadJars(repository, folder, steps);
  const built = await installFolder({ ...installation, ...steps, build });
  return {
    folder: installation.folder,
    detail: built ? `${readJars().length} files checked by SHA-256` : 'made by another command',
  };
}

async function mavenRepository(pythonFolder: string): Promise<string> {
  const answer = await runTool(
    join(pythonFolder, 'bin', 'python'),
    ['-c', 'from localstack.constants import MAVEN_REPO_URL; print(MAVEN_REPO_URL)'],
    { failing: 'LocalStack could not be imported.', env: pythonEnvironment(process.env), timeoutMs: 60_000 },
  );
  return answer.trim().replace(/\/$/, '');
}

async function downloadJars(
  repository: string,
  folder: string,
  { progress, signal }: InstallSteps,
): Promise<void> {
  const jars = readJars();
  const waiting = [...jars];
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let jar = waiting.pop(); jar; jar = waiting.pop()) {
      signal.throwIfAborted();
      await writeFile(join(folder, jar.name), await downloadJar(repository, jar));
      done += 1;
      progress(`fetching DynamoDB Local, ${done} of ${jars.length} files`);
    }
  };
  await Promise.all(Array.from({ length: parallelMax }, worker));
}

/** @throws CommandFailure after the last attempt, or at once when the file is whole but not the pinned one */
export async function downloadJar(repository: string, jar: Jar, fetchFile = fetch): Promise<Buffer> {
  let why = '';
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    try {
      const answer = await fetchFile(`${repository}/${jar.path}`, {
        signal: AbortSignal.timeout(downloadMaxMs),
      });
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      const bytes = Buffer.from(await answer.arrayBuffer());
      const digest = digestOf(bytes);
      if (digest === jar.sha256) return bytes;
      why = `Its SHA-256 is ${digest}, pinned is ${jar.sha256}: a broken download, or something in between changed it.`;
    } catch (error) {
      why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    }
  }
  throw new CommandFailure({
    what: `${jar.name} of DynamoDB Local could not be fetched.`,
    why,
    next: 'Check the connection (or proxy), then run the same command again: what is complete is kept.',
  });
}
