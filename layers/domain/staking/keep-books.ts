import { canonicalJson } from '../canonical-json.ts';
import { Problem } from '../problem.ts';
import type { Entity, MirroredGroup, MirrorState } from '../redundancy/transaction.ts';
import { append, type Books, booksOf, emptyBooks, type Step } from './books.ts';
import { type EntryEntity, entryEntity, entryKey, headEntity, headKey } from './ledger.ts';

/** How often others may append while one entry is being made. */
const racesMax = 20;
const overtaken = 'LedgerMovedOn';

function parseBooks(entity: Entity | undefined): Books {
  return entity === undefined ? emptyBooks : booksOf(headEntity.parse(JSON.parse(entity.image)));
}

export async function readBooks(group: MirroredGroup): Promise<{ books: Books; mirror: MirrorState }> {
  const { entities, mirror } = await group.read([headKey]);
  return { books: parseBooks(entities.get(headKey)), mirror };
}

export interface Appending {
  /** Pure; asked again whenever the books have changed. `undefined`: there is nothing to do any more. */
  readonly step: (books: Books) => Step | undefined;
  readonly at: string;
  /** SHA-256 in base64url. */
  readonly hash: (text: string) => string;
}

/** One try: an entry and the head in one transaction, both in both stores, or nothing. */
async function appendOnce(group: MirroredGroup, seq: number, { step, at, hash }: Appending) {
  const key = entryKey(seq + 1);
  return group.write({
    keys: [key, headKey],
    idempotency: undefined,
    decide(current) {
      const books = parseBooks(current.get(headKey));
      if (books.seq !== seq) throw new Error(overtaken);
      const made = step(books);
      if (made === undefined) return { changes: [], answer: '' };
      const { entry, books: after } = append(books, made, at, hash);
      return {
        changes: [
          { id: key, image: canonicalJson(entry) },
          { id: headKey, image: canonicalJson(after) },
        ],
        answer: String(entry.seq),
      };
    },
  });
}

/**
 * Appends one entry. The chain and its head are written together, so two that append at once make two entries, one after
 * the other; what must happen once (a claim, a round) is refused or done for by `step` when it sees the books after.
 * @returns the entry's number; `undefined` if `step` had nothing to do.
 * @throws whatever `step` throws; Problem `unavailable` if others kept appending.
 */
export async function appendEntry(
  group: MirroredGroup,
  appending: Appending,
): Promise<{ seq: number | undefined; mirror: MirrorState }> {
  for (let races = 0; races < racesMax; races += 1) {
    const { books } = await readBooks(group);
    try {
      const { answer, mirror } = await appendOnce(group, books.seq, appending);
      return { seq: answer === '' ? undefined : Number(answer), mirror };
    } catch (error) {
      if (!(error instanceof Error) || error.message !== overtaken) throw error;
    }
  }
  throw new Problem('unavailable', 'Others kept writing to the ledger. Try again.', { retryAfterSeconds: 1 });
}

/** Entries in order, as they were written. */
export async function listEntries(
  group: MirroredGroup,
  page: { readonly cursor: string | undefined; readonly limit: number },
): Promise<{ items: readonly EntryEntity[]; next: string | undefined; mirror: MirrorState }> {
  const { items, next, mirror } = await group.list('entries/', page);
  return { items: items.map(({ image }) => entryEntity.parse(JSON.parse(image))), next, mirror };
}
