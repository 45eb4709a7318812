import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CommandFailure, failureOfTool } from './before-install/command-failure.mjs';
import { withLock } from './before-install/process-lock.mjs';
import { locksFolder } from './paths.ts';

const markerName = 'tandem-complete.json';

/** How an installation tells what it does, and is told to give up. */
export interface InstallSteps {
  readonly progress: (text: string) => void;
  readonly signal: AbortSignal;
}

export interface Installation extends InstallSteps {
  readonly folder: string;
  /** Whether what is there can be used: that it was completed, and that no file has gone since, is known by its marker. */
  readonly isIntact: (folder: string) => boolean;
  readonly build: (folder: string) => Promise<void>;
}

/** Read at every start: files of a folder without what Python keeps of them, 24,000 in 0.2 s. */
function countFiles(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== '__pycache__' && name !== markerName)
    .reduce((sum, entry) => sum + (entry.isDirectory() ? countFiles(join(folder, entry.name)) : 1), 0);
}

/** Whether a folder was completed and nothing was taken out of it since; one that is being deleted is not. */
export function isInstalled({ folder, isIntact }: Pick<Installation, 'folder' | 'isIntact'>): boolean {
  try {
    const marker = JSON.parse(readFileSync(join(folder, markerName), 'utf8')) as { files?: unknown };
    return typeof marker.files === 'number' && countFiles(folder) >= marker.files && isIntact(folder);
  } catch {
    return false;
  }
}

/**
 * Makes a folder once: built under another name, renamed when complete, one process at a time. What a killed or failed
 * build left is deleted, never used.
 * @returns whether it had to be built
 */
export async function installFolder(installation: Installation): Promise<boolean> {
  if (isInstalled(installation)) return false;
  const { folder, progress, signal } = installation;
  const name = basename(folder);
  return withLock(
    {
      folder: locksFolder,
      name,
      command: `installing ${name}`,
      onWait: ({ pid }) => progress(`waiting for process ${pid}, which installs it`),
    },
    async () => {
      if (isInstalled(installation)) return false;
      await removeLeftovers(folder);
      const building = `${folder}.building`;
      try {
        await mkdir(building, { recursive: true });
        await installation.build(building);
        await writeFile(
          join(building, markerName),
          JSON.stringify({ completedAt: new Date().toISOString(), files: countFiles(building) }),
        );
        await rename(building, folder);
      } catch (error) {
        await rm(building, { recursive: true, force: true });
        signal.throwIfAborted();
        if (error instanceof CommandFailure) throw error;
        throw failureOfTool(`${name} could not be installed.`, String(error));
      }
      return true;
    },
  );
}

async function removeLeftovers(folder: string): Promise<void> {
  const name = basename(folder);
  const siblings = existsSync(dirname(folder)) ? await readdir(dirname(folder)) : [];
  const left = siblings.filter((sibling) => sibling === name || sibling.startsWith(`${name}.`));
  await Promise.all(
    left.map((sibling) => rm(join(dirname(folder), sibling), { recursive: true, force: true })),
  );
}
