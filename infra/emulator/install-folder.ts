import { existsSync } from 'node:fs';
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
  /** Whether what is there can be used: the marker says it was completed, this that nothing was taken away since. */
  readonly isIntact: (folder: string) => boolean;
  readonly build: (folder: string) => Promise<void>;
}

export function isInstalled({ folder, isIntact }: Pick<Installation, 'folder' | 'isIntact'>): boolean {
  return existsSync(join(folder, markerName)) && isIntact(folder);
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
          JSON.stringify({ completedAt: new Date().toISOString() }),
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
