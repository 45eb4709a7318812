import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type EntryEntity, entryEntity } from '@layers/domain/staking/ledger';
import * as z from 'zod/mini';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import type { Trusted } from './replay-ledger.ts';

const copy = z.object({
  operator: z.string(),
  oracle: z.optional(z.string()),
  entries: z.array(entryEntity),
});

/** What was seen of a deployment's ledger here before. */
export interface Copy {
  /** By the keys that it had when it was first seen. */
  readonly trusted: Trusted;
  readonly entries: readonly EntryEntity[];
}

/** @returns `undefined` if nothing was kept there yet. @throws CommandFailure for a file that is no copy. */
export function readCopy(path: string): Copy | undefined {
  try {
    const { operator, oracle, entries } = copy.parse(JSON.parse(readFileSync(path, 'utf8')));
    return { trusted: { operator, oracle }, entries };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CommandFailure({
      what: `${path} is no copy of a ledger.`,
      why: error instanceof Error ? error.message.slice(0, 300) : String(error),
      next: 'Put it aside and run the same command again: a new copy is made.',
    });
  }
}

/** Whole or not at all: it is the proof of what was. */
export function writeCopy(path: string, { trusted, entries }: Copy): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, JSON.stringify({ ...trusted, entries }));
  renameSync(`${path}.new`, path);
}
