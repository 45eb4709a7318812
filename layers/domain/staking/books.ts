import { canonicalJson } from '../canonical-json.ts';
import { Problem } from '../problem.ts';
import { depositsAccount, insuranceAccount, stakeAccount, withdrawalsAccount } from './accounts.ts';
import { accountsMax, type DatasetBooks, type EntryEntity, type HeadEntity } from './ledger.ts';

/** The head with everything in it: balances, and the state of each data set's game. */
export interface Books {
  readonly seq: number;
  readonly hash?: string | undefined;
  readonly balances: Readonly<Record<string, string>>;
  readonly datasets: Readonly<Record<string, DatasetBooks>>;
  readonly credited: Readonly<Record<string, string>>;
  readonly signed: Readonly<Record<string, number>>;
}

export const emptyBooks: Books = { seq: 0, balances: {}, datasets: {}, credited: {}, signed: {} };

export const booksOf = ({ datasets = {}, credited = {}, signed = {}, ...head }: HeadEntity): Books => ({
  ...head,
  datasets,
  credited,
  signed,
});

export interface Posting {
  readonly account: string;
  readonly amount: bigint;
}

/** One change of the books before it is an entry. */
export interface Step {
  readonly entry: Pick<
    EntryEntity,
    'kind' | 'claim' | 'dataset' | 'round' | 'fromPlace' | 'toPlace' | 'evidence'
  >;
  /** They sum to zero. */
  readonly postings: readonly Posting[];
  /** The books' state after it, balances aside. */
  readonly state: Pick<Books, 'datasets' | 'credited' | 'signed'>;
}

export const balanceOf = ({ balances }: Pick<Books, 'balances'>, account: string): bigint =>
  BigInt(balances[account] ?? '0');

export const stakeOf = (books: Books, dataset: string, key: string): bigint =>
  balanceOf(books, stakeAccount(dataset, key));

/** One posting an account, in order, without zeros. */
function merged(postings: readonly Posting[]): readonly Posting[] {
  const sums = new Map<string, bigint>();
  for (const { account, amount } of postings) sums.set(account, (sums.get(account) ?? 0n) + amount);
  return [...sums]
    .filter(([, amount]) => amount !== 0n)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([account, amount]) => ({ account, amount }));
}

/** @throws Error for a rule that is broken: a fault of ours, never of a caller; Problem `limit-reached` for too many accounts. */
function withPostings(books: Books, postings: readonly Posting[]): Books['balances'] {
  if (postings.reduce((sum, { amount }) => sum + amount, 0n) !== 0n)
    throw new Error('The postings of a transaction do not sum to zero.');
  const balances = new Map(Object.entries(books.balances));
  for (const { account, amount } of postings) {
    const after = BigInt(balances.get(account) ?? '0') + amount;
    if (after < 0n && account !== depositsAccount) throw new Error(`${account} would be ${after}.`);
    if (after === 0n) balances.delete(account);
    else balances.set(account, String(after));
  }
  if (balances.size > accountsMax)
    throw new Problem('limit-reached', `The ledger has ${accountsMax} accounts, the most there can be.`);
  return Object.fromEntries(balances);
}

/**
 * The next entry of the chain, and the books after it.
 * @param hash SHA-256 in base64url.
 */
export function append(
  books: Books,
  { entry, postings, state }: Step,
  at: string,
  hash: (text: string) => string,
): { readonly entry: EntryEntity; readonly books: Books } {
  const all = merged(postings);
  const balances = withPostings(books, all);
  const unhashed = {
    ...entry,
    seq: books.seq + 1,
    postings: all.map(({ account, amount }) => ({ account, amount: String(amount) })),
    ...(books.hash === undefined ? {} : { previousHash: books.hash }),
    at,
  };
  const made: EntryEntity = { ...unhashed, hash: hash(canonicalJson(unhashed)) };
  return { entry: made, books: { ...books, ...state, seq: made.seq, hash: made.hash, balances } };
}

export interface Supply {
  readonly deposits: bigint;
  readonly withdrawals: bigint;
  readonly insurance: bigint;
  /** Of all members: settled and at stake. */
  readonly balances: bigint;
}

/** The two sides of the invariant: balances + insurance = deposits − withdrawals. */
export function supplyOf(books: Books): Supply {
  const [deposits, withdrawals, insurance] = [
    -balanceOf(books, depositsAccount),
    balanceOf(books, withdrawalsAccount),
    balanceOf(books, insuranceAccount),
  ];
  const outside = [depositsAccount, withdrawalsAccount, insuranceAccount];
  const balances = Object.entries(books.balances)
    .filter(([account]) => !outside.includes(account))
    .reduce((sum, [, amount]) => sum + BigInt(amount), 0n);
  return { deposits, withdrawals, insurance, balances };
}

/** Whether nothing came from nowhere or vanished. */
export const isConserved = ({ deposits, withdrawals, insurance, balances }: Supply): boolean =>
  balances + insurance === deposits - withdrawals;

export const datasetOf = (books: Books, dataset: string): DatasetBooks | undefined => books.datasets[dataset];
