import { setTimeout as sleep } from 'node:timers/promises';
import { makeClient } from '@layers/contract/client';
import { staking } from '@layers/contract/staking';
import type { Books } from '@layers/domain/staking/books';
import type { EntryEntity } from '@layers/domain/staking/ledger';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { type Copy, readCopy, writeCopy } from './kept-copy.ts';
import { type Replay, readTrusted, replayLedger, type Trusted } from './replay-ledger.ts';

const pauseUnlessToldMs = 5_000;

export interface Following {
  readonly apiUrl: string;
  /** Where the copy is kept. */
  readonly path: string;
  /** Instead of the keys that the deployment shows when it is first seen. */
  readonly operator: string | undefined;
  readonly oracle: string | undefined;
  readonly onEntry: (entry: EntryEntity) => void;
}

const rewritten = (path: string, why: string) =>
  new CommandFailure({
    what: 'The chain was rewritten.',
    why,
    next: `Keep ${path}: it is the proof of how it was.`,
  });

/** Whom the copy was made by, or who is believed from now on. @throws CommandFailure if the deployment has others by now. */
async function trustedOf({ apiUrl, path, operator, oracle }: Following, kept: Copy | undefined) {
  const shown = await readTrusted(apiUrl);
  const told: Trusted = { operator: operator ?? shown.operator, oracle: oracle ?? shown.oracle };
  const known = kept?.trusted ?? told;
  if (known.operator === told.operator && known.oracle === told.oracle) return known;
  throw new CommandFailure({
    what: 'The deployment trusts another operator or oracle than before.',
    why: `Until now ${known.operator} and ${known.oracle ?? 'nobody'}, now ${told.operator} and ${told.oracle ?? 'nobody'}.`,
    next: `If its owner confirms that, put ${path} aside and follow it anew.`,
  });
}

/** Reads the whole chain, recomputes it, compares it with the copy, and keeps it. @throws CommandFailure. */
export async function followOnce(following: Following): Promise<Replay & { readonly trusted: Trusted }> {
  const { apiUrl, path, onEntry } = following;
  const kept = readCopy(path);
  const trusted = await trustedOf(following, kept);
  const known = kept?.entries ?? [];
  const compared = (entry: EntryEntity) => {
    const before = known[entry.seq - 1];
    if (before !== undefined && before.hash !== entry.hash)
      throw rewritten(path, `Entry ${entry.seq} was ${before.hash}, now it is ${entry.hash}.`);
    onEntry(entry);
  };
  const replay = await replayLedger({ apiUrl, trusted, onEntry: compared });
  if (replay.entries.length < known.length)
    throw rewritten(path, `It had ${known.length} entries, now it has ${replay.entries.length}.`);
  writeCopy(path, { trusted, entries: replay.entries });
  return { ...replay, trusted };
}

/** The end of the chain must still be where it was, or have gone on from there. @throws CommandFailure. */
async function requireSameEnd({ apiUrl, path }: Following, { seq, hash }: Books): Promise<boolean> {
  const { body } = await makeClient(staking, { baseUrl: apiUrl }).readSupply({});
  if (body.seq < seq) throw rewritten(path, `It had ${seq} entries, now it has ${body.seq}.`);
  if (body.seq === seq && body.hash !== hash)
    throw rewritten(path, `Entry ${seq} was ${hash ?? ''}, now it is ${body.hash ?? ''}.`);
  return body.seq > seq;
}

/** Goes on from a first pass until told to stop: what comes must follow from what is kept. @throws CommandFailure. */
export async function goOnFollowing(
  following: Following,
  first: Replay & { readonly trusted: Trusted },
  stop: AbortSignal,
  pauseMs = pauseUnlessToldMs,
): Promise<void> {
  const { apiUrl, path, onEntry } = following;
  const { trusted } = first;
  let { books, entries } = first;
  while (!stop.aborted) {
    if (await requireSameEnd(following, books)) {
      const more = await replayLedger({ apiUrl, trusted, from: books, onEntry });
      entries = [...entries, ...more.entries];
      books = more.books;
      writeCopy(path, { trusted, entries });
    }
    await sleep(pauseMs, undefined, { signal: stop }).catch(() => undefined);
  }
}
