import type { staking } from '@layers/contract/staking';
import { readQueue } from '@layers/domain/predictions/predictions';
import { settledAccount } from '@layers/domain/staking/accounts';
import { type Books, balanceOf, isConserved, stakeOf, supplyOf } from '@layers/domain/staking/books';
import { listEntries, readBooks } from '@layers/domain/staking/keep-books';
import { entryKey } from '@layers/domain/staking/ledger';
import { bondOf } from '@layers/domain/staking/rules';
import { readRound } from '@layers/domain/staking/settle';
import { linkToNext } from '@layers/http/link-header';
import type { Handler } from '@layers/http/serve';
import { settlingOf } from './settle-rounds.ts';
import type { StakingParts } from './staking-parts.ts';

const pageSize = 20;

const lockedOf = (books: Books, id: string) =>
  Object.entries(books.datasets).flatMap(([dataset, { members }]) => {
    const member = members[id];
    if (member === undefined) return [];
    const { deposit, state, unlockRound } = member;
    return [
      {
        dataset,
        amount: String(stakeOf(books, dataset, id)),
        deposit,
        bond: String(bondOf(BigInt(deposit))),
        state,
        ...(unlockRound === undefined ? {} : { unlockRound }),
      },
    ];
  });

export function readStakingAccount(parts: StakingParts): Handler<typeof staking.readStakingAccount> {
  return async ({ path: { id } }) => {
    const { books, mirror } = await readBooks(parts.ledger);
    const locked = lockedOf(books, id);
    const pending = await Promise.all(
      locked.map(async ({ dataset }) => {
        const { rounds = 0, nextPlace = 1 } = books.datasets[dataset] ?? {};
        const { opened } = await readQueue(parts.predictions, dataset);
        return { dataset, round: rounds + 1, predictions: Math.max(0, opened - nextPlace + 1) };
      }),
    );
    const settled = String(balanceOf(books, settledAccount(id)));
    return { status: 200, headers: { Mirror: mirror }, body: { id, settled, locked, pending } };
  };
}

export function listLedger(parts: StakingParts): Handler<typeof staking.listLedger> {
  return async ({ query: { limit = pageSize, cursor } }, { baseUrl }) => {
    const from = cursor === undefined ? undefined : entryKey(Number(cursor));
    const { items, next, mirror } = await listEntries(parts.ledger, { cursor: from, limit });
    // A page may be shorter than the list; the chain's own numbers say where it goes on.
    const last = items.at(-1)?.seq;
    const after = next === undefined || last === undefined ? undefined : String(last);
    return {
      status: 200,
      headers: { Mirror: mirror, ...linkToNext(`${baseUrl}/staking/ledger`, { limit }, after) },
      body: { items: [...items], ...(after === undefined ? {} : { next: after }) },
    };
  };
}

export function readSupply(parts: StakingParts): Handler<typeof staking.readSupply> {
  return async () => {
    const { books, mirror } = await readBooks(parts.ledger);
    const supply = supplyOf(books);
    const datasets = Object.entries(books.datasets).map(([dataset, { rounds, nextPlace, members }]) => {
      const keys = Object.keys(members);
      const atStake = keys.reduce((sum, key) => sum + stakeOf(books, dataset, key), 0n);
      return [dataset, { rounds, nextPlace, members: keys.length, atStake: String(atStake) }] as const;
    });
    return {
      status: 200,
      headers: { Mirror: mirror, 'Cache-Control': 'no-store' },
      body: {
        seq: books.seq,
        ...(books.hash === undefined ? {} : { hash: books.hash }),
        deposits: String(supply.deposits),
        withdrawals: String(supply.withdrawals),
        balances: String(supply.balances),
        insurance: String(supply.insurance),
        conserved: isConserved(supply),
        ...(parts.operatorKey === undefined ? {} : { operator: parts.operatorKey }),
        datasets: Object.fromEntries(datasets),
      },
    };
  };
}

/** Of closed predictions alone, so that nobody sees an answer before its time. */
export function readRoundEvidence(parts: StakingParts): Handler<typeof staking.readRoundEvidence> {
  return async ({ path, query }) => {
    const fromPlace = Number(path.fromPlace);
    const settling = settlingOf(parts, path.dataset);
    const round = await readRound(settling, fromPlace, fromPlace + query.predictions - 1);
    return {
      status: 200,
      body: {
        dataset: path.dataset,
        fromPlace,
        predictions: round.predictions
          .filter(({ prediction }) => prediction.closed !== undefined)
          .map((each) => ({ ...each })),
      },
    };
  };
}
