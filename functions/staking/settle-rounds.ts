import type { staking } from '@layers/contract/staking';
import { chooseModel } from '@layers/domain/models/choose-model';
import { readBooks } from '@layers/domain/staking/keep-books';
import { type Settling, settleNext } from '@layers/domain/staking/settle';
import { digestOf } from '@layers/http/claims';
import type { Handler } from '@layers/http/serve';
import type { SettlingParts } from './staking-parts.ts';

/** Rounds that one call settles; the rest is the next call's. */
const settledMax = 10;

/** @throws Problem `not-found` with the nearest names. */
export const settlingOf = (parts: SettlingParts, dataset: string): Settling => ({
  ledger: parts.ledger,
  consensus: parts.consensus,
  predictions: parts.predictions,
  card: chooseModel(parts.catalogue, { model: undefined, dataset }),
  nowMs: parts.now(),
  hash: digestOf,
});

async function settleAll(parts: SettlingParts, dataset: string): Promise<number[]> {
  const settled: number[] = [];
  while (settled.length < settledMax) {
    const seq = await settleNext(settlingOf(parts, dataset));
    if (seq === undefined) break;
    settled.push(seq);
  }
  return settled;
}

export function settleRounds(parts: SettlingParts): Handler<typeof staking.settleRounds> {
  return async ({ body: { dataset } }) => {
    const settled = await settleAll(parts, dataset);
    const { mirror } = await readBooks(parts.ledger);
    return { status: 200, headers: { Mirror: mirror }, body: { settled } };
  };
}

/** All data sets with books: what the one-minute rule does. */
export async function settleEverything(
  parts: SettlingParts,
): Promise<{ readonly dataset: string; readonly settled: number }[]> {
  const { books } = await readBooks(parts.ledger);
  const done = [];
  for (const dataset of Object.keys(books.datasets))
    done.push({ dataset, settled: (await settleAll(parts, dataset)).length });
  return done;
}
