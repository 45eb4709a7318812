import type { StakeBook } from '../consensus/stakes.ts';
import type { MirroredGroup } from '../redundancy/transaction.ts';
import { datasetOf, stakeOf } from './books.ts';
import { readBooks } from './keep-books.ts';

/** What is at stake by the ledger. */
export const ledgerStakes = (ledger: MirroredGroup): StakeBook => ({
  async stakes(dataset, keys) {
    const { books } = await readBooks(ledger);
    const game = datasetOf(books, dataset);
    if (game === undefined) return undefined;
    const staked = keys.filter((key) => game.members[key]?.state === 'staked');
    return new Map(staked.map((key) => [key, stakeOf(books, dataset, key)]));
  },
});
