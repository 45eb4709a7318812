import * as z from 'zod/mini';
import { Problem } from '../problem.ts';
import { depositsAccount, settledAccount, stakeAccount, withdrawalsAccount } from './accounts.ts';
import { type Books, balanceOf, datasetOf, type Step } from './books.ts';
import type { Claim, DatasetBooks } from './ledger.ts';
import { depositMax, depositMin, membersMax, unlockRounds } from './rules.ts';

/** What the operator may credit to one key, in all. */
export const creditMax = 10n * depositMax;

const key = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/));
const dataset = z.string().check(z.minLength(1), z.maxLength(80));
/** Whole micro-units above 0 as text: no sign, no point, no exponent. */
export const amountText = z.string().check(z.regex(/^[1-9][0-9]{0,17}$/));

/** What is signed for each kind of entry. */
export const claimBodies = {
  open: z.strictObject({ dataset, founders: z.array(key).check(z.minLength(1), z.maxLength(membersMax)) }),
  deposit: z.strictObject({ publicKey: key, amount: amountText }),
  stake: z.strictObject({ dataset, publicKey: key, amount: amountText }),
  leave: z.strictObject({ dataset, publicKey: key }),
  withdraw: z.strictObject({ publicKey: key, amount: amountText }),
} as const;

export type ClaimKind = keyof typeof claimBodies;
type Body<Kind extends ClaimKind> = z.output<(typeof claimBodies)[Kind]>;

/** Where each is sent: a part of what is signed. */
export const claimPaths: Readonly<Record<ClaimKind, `/staking/${string}`>> = {
  open: '/staking/books',
  deposit: '/staking/deposits',
  stake: '/staking/stakes',
  leave: '/staking/departures',
  withdraw: '/staking/withdrawals',
};

/** Kinds that the operator signs; the others are signed by the key that they are about. */
export const operatorKinds: ReadonlySet<ClaimKind> = new Set(['open', 'deposit']);

const no = (kind: 'forbidden' | 'limit-reached' | 'version-conflict' | 'not-found', detail: string) =>
  new Problem(kind, detail);

function openBooks(books: Books, { dataset: name }: { readonly dataset: string }): DatasetBooks {
  const found = datasetOf(books, name);
  if (found === undefined) throw no('not-found', `Nobody has opened the books of ${name}. The operator may.`);
  return found;
}

const withDataset = (books: Books, name: string, changed: DatasetBooks) => ({
  ...books.datasets,
  [name]: changed,
});

/** Puts founders in: their deposits are credited and staked at once. */
function open(books: Books, body: Body<'open'>, fromPlace: number): Partial<Step> {
  const { dataset: name, founders } = body;
  if (datasetOf(books, name) !== undefined)
    throw no('version-conflict', `The books of ${name} are open already.`);
  if (new Set(founders).size !== founders.length) throw no('forbidden', 'A founder is named twice.');
  const deposit = String(depositMax);
  const members = Object.fromEntries(founders.map((each) => [each, { deposit, state: 'staked' as const }]));
  const made = { rounds: 0, nextPlace: fromPlace, members, mismatched: [] };
  return {
    postings: founders.flatMap((each) => [
      { account: depositsAccount, amount: -depositMax },
      { account: stakeAccount(name, each), amount: depositMax },
    ]),
    state: { ...books, datasets: withDataset(books, name, made) },
  };
}

function credit(books: Books, body: Body<'deposit'>): Partial<Step> {
  const amount = BigInt(body.amount);
  const credited = BigInt(books.credited[body.publicKey] ?? '0') + amount;
  if (credited > creditMax)
    throw no(
      'limit-reached',
      `A key is credited at most ${creditMax} micro-units in all; this would be ${credited}.`,
    );
  return {
    postings: [
      { account: depositsAccount, amount: -amount },
      { account: settledAccount(body.publicKey), amount },
    ],
    state: { ...books, credited: { ...books.credited, [body.publicKey]: String(credited) } },
  };
}

function refuseStake(game: DatasetBooks, body: Body<'stake'>): void {
  const before = game.members[body.publicKey];
  if (before?.state === 'ejected') throw no('forbidden', `This key was put out of ${body.dataset} for good.`);
  if (before !== undefined) throw no('version-conflict', `This key has stake in ${body.dataset} already.`);
  if (Object.keys(game.members).length >= membersMax)
    throw no('limit-reached', `${body.dataset} has ${membersMax} members, the most there can be.`);
  const amount = BigInt(body.amount);
  if (amount < depositMin || amount > depositMax)
    throw no('limit-reached', `A stake has ${depositMin} to ${depositMax} micro-units, not ${amount}.`);
}

function requireBalance(books: Books, publicKey: string, amount: bigint): void {
  const there = balanceOf(books, settledAccount(publicKey));
  if (there < amount)
    throw no(
      'limit-reached',
      `${amount} micro-units are asked for, ${there} are settled. Nothing was moved.`,
    );
}

function stake(books: Books, body: Body<'stake'>): Partial<Step> {
  const game = openBooks(books, body);
  refuseStake(game, body);
  const amount = BigInt(body.amount);
  requireBalance(books, body.publicKey, amount);
  const members = { ...game.members, [body.publicKey]: { deposit: body.amount, state: 'staked' as const } };
  return {
    postings: [
      { account: settledAccount(body.publicKey), amount: -amount },
      { account: stakeAccount(body.dataset, body.publicKey), amount },
    ],
    state: { ...books, datasets: withDataset(books, body.dataset, { ...game, members }) },
  };
}

function leave(books: Books, body: Body<'leave'>): Partial<Step> {
  const game = openBooks(books, body);
  const member = game.members[body.publicKey];
  if (member?.state !== 'staked')
    throw no('not-found', `This key has no stake in ${body.dataset} to take out.`);
  const unlockRound = game.rounds + unlockRounds;
  const members = {
    ...game.members,
    [body.publicKey]: { ...member, state: 'leaving' as const, unlockRound },
  };
  return {
    postings: [],
    state: { ...books, datasets: withDataset(books, body.dataset, { ...game, members }) },
  };
}

function withdraw(books: Books, body: Body<'withdraw'>): Partial<Step> {
  const amount = BigInt(body.amount);
  requireBalance(books, body.publicKey, amount);
  return {
    postings: [
      { account: settledAccount(body.publicKey), amount: -amount },
      { account: withdrawalsAccount, amount },
    ],
    state: books,
  };
}

function stepOf(kind: ClaimKind, books: Books, body: unknown, fromPlace: number): Partial<Step> {
  switch (kind) {
    case 'open':
      return open(books, claimBodies.open.parse(body), fromPlace);
    case 'deposit':
      return credit(books, claimBodies.deposit.parse(body));
    case 'stake':
      return stake(books, claimBodies.stake.parse(body));
    case 'leave':
      return leave(books, claimBodies.leave.parse(body));
    case 'withdraw':
      return withdraw(books, claimBodies.withdraw.parse(body));
  }
}

/**
 * What a signed request does to the books. The signature itself is the caller's to check; here it is used up.
 * @param fromPlace of the first prediction that counts, where books are opened.
 * @throws Problem `forbidden`, `limit-reached`, `not-found`, `version-conflict`: the books stay as they are.
 */
export function followClaim(books: Books, kind: ClaimKind, claim: Claim, fromPlace = 1): Step {
  const { signer, signedAtMs, body } = claim;
  if (!operatorKinds.has(kind) && body.publicKey !== signer)
    throw no('forbidden', 'A key moves its own stake alone: the request is about another key.');
  if (signedAtMs <= (books.signed[signer] ?? -1))
    throw no('forbidden', 'This signature, or a later one, was used before. Sign each request anew.');
  const { postings = [], state = books } = stepOf(kind, books, body, fromPlace);
  return {
    entry: { kind, claim, evidence: [], ...(kind === 'open' ? { fromPlace } : {}) },
    postings,
    state: {
      datasets: state.datasets,
      credited: state.credited,
      signed: { ...state.signed, [signer]: signedAtMs },
    },
  };
}
