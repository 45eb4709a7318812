import { describe, expect, test } from '@jest/globals';
import { canonicalJson } from '@layers/domain/canonical-json';
import { commitsKey, revealsKey } from '@layers/domain/consensus/evidence';
import { outcomeKey, predictionKey, queueKey } from '@layers/domain/predictions/prediction';
import type { MirroredGroup, Transaction } from '@layers/domain/redundancy/transaction';
import { appendEntry, listEntries, readBooks } from '@layers/domain/staking/keep-books';
import { headKey } from '@layers/domain/staking/ledger';
import { type Settling, settleNext } from '@layers/domain/staking/settle';
import { randomOf } from '../../../../infra/attacks/random.ts';
import { MemoryGroup } from '../../functions/memory-group.ts';
import { at, Chain, card, hash, keyOf, roundOf } from './played-rounds.ts';

const keys = ['forest', 'boosting', 'logistic', 'ada'].map(keyOf);
const rounds = 1;
/** A round of a day ago: it is over with three. */
const rowsOfIt = 3;
const nowMs = Date.parse(at) + 25 * 60 * 60 * 1_000;

/** Books with stakes, and closed predictions of a day ago. */
function played() {
  const [ledger, consensus, predictions] = [new MemoryGroup(), new MemoryGroup(), new MemoryGroup()];
  const put = (group: MemoryGroup, id: string, value: unknown) =>
    group.records.set(id, { ver: 1, image: canonicalJson(value) });
  const chain = Chain.of(keys.slice(0, 3), [[keyOf('ada'), 100_000_000n]]);
  for (const entry of chain.entries) put(ledger, `entries/${String(entry.seq).padStart(12, '0')}`, entry);
  put(ledger, headKey, chain.books);
  const said = new Map(keys.map((key, index) => [key, index === 3 ? 0.1 : 0.9]));
  const rows = Array.from({ length: rowsOfIt }, () => ({ said, truth: 'survived' as const }));
  for (const { prediction, outcome, commits, reveals } of roundOf(1, rows, keys.slice(0, 3)).predictions) {
    put(predictions, predictionKey(prediction.id), prediction);
    put(predictions, outcomeKey(prediction.id), outcome);
    put(consensus, commitsKey(prediction.id), commits);
    put(consensus, revealsKey(prediction.id), reveals);
  }
  put(predictions, queueKey('titanic'), { dataset: 'titanic', opened: rows.length, open: [] });
  return { ledger, consensus, predictions };
}

class Killed extends Error {}

/** A group whose calls take turns at random, and whose caller may die before or after one of them. */
function interleaved(group: MirroredGroup, random: () => number, dies: () => boolean): MirroredGroup {
  const turn = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    const waits = Math.floor(random() * 8);
    for (let count = 0; count < waits; count += 1) await Promise.resolve();
    if (dies()) throw new Killed();
    const result = await call();
    if (dies()) throw new Killed();
    return result;
  };
  return {
    write: (transaction: Transaction) => turn(() => group.write(transaction)),
    read: (ids) => turn(() => group.read(ids)),
    list: (prefix, page) => turn(() => group.list(prefix, page)),
  };
}

describe('Settlers', () => {
  test('settle each round once, however two of them meet and wherever one of them dies', async () => {
    let killed = 0;
    const start = played();
    for (let seed = 1; seed <= 1_000; seed += 1) {
      const random = randomOf(seed);
      const ledger = new MemoryGroup();
      for (const [id, record] of start.ledger.records) ledger.records.set(id, record);
      const settler = (mortal: boolean): Settling => {
        // Of the ledger's calls, which are few; the evidence is only read.
        let left = mortal ? Math.floor(random() * 10) : Number.POSITIVE_INFINITY;
        const dies = () => {
          left -= 1;
          return left === 0;
        };
        return { ...start, ledger: interleaved(ledger, random, dies), card, nowMs, hash };
      };
      const work = async (mortal: boolean) => {
        const settling = settler(mortal);
        for (let count = 0; count < rounds + 1; count += 1) await settleNext(settling);
      };
      const survivors = seed % 2 === 0 ? [work(false), work(true)] : [work(true), work(true)];
      const ended = await Promise.allSettled(survivors);
      for (const each of ended)
        if (each.status === 'rejected') killed += Number(each.reason instanceof Killed);
      expect(ended.every((each) => each.status === 'fulfilled' || each.reason instanceof Killed)).toBe(true);
      // Whoever comes later, the one-minute rule, finds what is left.
      await work(false);
      const { items } = await listEntries(ledger, { cursor: undefined, limit: 100 });
      const settled = items.filter(({ kind }) => kind === 'settlement').map(({ round }) => round);
      expect(settled).toEqual([1]);
      const { books } = await readBooks(ledger);
      expect([books.seq, books.hash]).toEqual([items.at(-1)?.seq, items.at(-1)?.hash]);
    }
    expect(killed).toBeGreaterThan(300);
  });

  test('find nothing to do where nobody has opened books', async () => {
    const { consensus, predictions } = played();
    const settling = { ledger: new MemoryGroup(), consensus, predictions, card, nowMs, hash };
    expect(await settleNext(settling)).toBeUndefined();
  });

  test('leave the books as they are when there is nothing to append', async () => {
    const { ledger } = played();
    const before = (await readBooks(ledger)).books;
    expect((await appendEntry(ledger, { step: () => undefined, at, hash })).seq).toBeUndefined();
    expect((await readBooks(ledger)).books).toEqual(before);
  });
});
