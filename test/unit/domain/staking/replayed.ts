import { emptyBooks } from '@layers/domain/staking/books';
import type { EntryEntity } from '@layers/domain/staking/ledger';
import { type Auditor, replayEntry } from '@layers/domain/staking/replay';
import type { RoundEvidence } from '@layers/domain/staking/round';
import { card, hash, operator } from './played-rounds.ts';

const auditor = (rounds: ReadonlyMap<number, RoundEvidence>): Auditor => ({
  hash,
  isSigned: () => true,
  operatorKey: operator,
  cardOf: () => card,
  evidenceOf: ({ round = 0 }) => {
    const found = rounds.get(round);
    return found === undefined ? Promise.reject(new Error(`no round ${round}`)) : Promise.resolve(found);
  },
  doubts: () => [],
});

export async function replay(entries: readonly EntryEntity[], rounds: ReadonlyMap<number, RoundEvidence>) {
  let books = emptyBooks;
  for (const entry of entries) books = await replayEntry(books, entry, auditor(rounds));
  return books;
}
