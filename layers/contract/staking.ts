import { amountText, claimBodies } from '@layers/domain/staking/claims';
import { entryFields } from '@layers/domain/staking/ledger';
import * as z from 'zod/mini';
import { linkHeader, mirrorHeader } from './headers.ts';
import { integerParameter, pageOf, pageParameters } from './query.ts';
import { routes } from './route.ts';

const publicKey = z
  .string()
  .check(z.regex(/^[A-Za-z0-9_-]{43}$/))
  .check(z.meta({ description: 'Ed25519, 32 bytes in base64url.' }));
const dataset = z.string().check(z.regex(/^[a-z0-9-]{1,50}$/));
const microUnits = z
  .string()
  .check(z.meta({ description: 'Whole micro-units, as text.', examples: ['100000000'] }));
const amount = amountText.check(
  z.meta({
    description: 'Whole micro-units above 0, as text.',
    examples: ['100000000'],
  }),
);

const signature = z
  .string()
  .check(
    z.regex(
      /^t=\d{1,15},ed25519=[A-Za-z0-9_-]{86}$/,
      'must be t=<milliseconds since 1970>,ed25519=<base64url>',
    ),
  )
  .check(
    z.meta({
      description:
        'Ed25519 over the canonical JSON of {body, method, path, signedAtMs}; each newer than the last, at most a minute old. By the key that it is about, or by the operator.',
    }),
  );
const signed = () => z.object({ 'tandem-signature': signature });

// What answers hold is built where it is documented.
const account = z.lazy(() =>
  z
    .object({
      id: publicKey,
      settled: microUnits.check(z.meta({ description: 'May be staked or withdrawn now.' })),
      locked: z.array(
        z.object({
          dataset,
          amount: microUnits,
          deposit: microUnits,
          bond: microUnits.check(
            z.meta({ description: 'Never wagered; whoever is slashed below it is put out.' }),
          ),
          state: z.enum(['staked', 'leaving', 'ejected']),
          unlockRound: z.optional(z.int()),
        }),
      ),
      pending: z.array(
        z.object({
          dataset,
          round: z.int(),
          predictions: z
            .int()
            .check(z.meta({ description: 'Not settled yet: they have moved nothing so far.' })),
        }),
      ),
    })
    .check(z.meta({ id: 'StakingAccount' })),
);

const entry = z.lazy(() => z.object(entryFields()).check(z.meta({ id: 'LedgerEntry' })));

const supply = z.lazy(() =>
  z
    .object({
      seq: z.int(),
      hash: z.optional(z.string()),
      deposits: microUnits,
      withdrawals: microUnits,
      balances: microUnits.check(z.meta({ description: 'Of all members, settled and at stake.' })),
      insurance: microUnits,
      conserved: z
        .boolean()
        .check(z.meta({ description: 'Whether balances + insurance = deposits − withdrawals.' })),
      operator: z.optional(publicKey),
      datasets: z.record(
        z.string(),
        z.object({ rounds: z.int(), nextPlace: z.int(), members: z.int(), atStake: microUnits }),
      ),
    })
    .check(z.meta({ id: 'StakingSupply' })),
);

const problems = [
  'forbidden',
  'limit-reached',
  'version-conflict',
  'read-only-mode',
  'outcome-unknown',
  'unavailable',
] as const;
const appended = z.lazy(() => z.object({ seq: z.int() }).check(z.meta({ id: 'AppendedEntry' })));
const answers = () => ({
  201: { description: 'Its entry in the ledger.', body: appended, headers: mirrorHeader },
});
const members = claimBodies;

export const staking = routes({
  readStakingAccount: {
    method: 'GET',
    path: '/staking/accounts/{id}',
    summary: 'What a key has: settled, locked, and what is pending',
    request: () => ({ path: z.object({ id: publicKey }) }),
    responses: () => ({ 200: { description: 'The account.', body: account, headers: mirrorHeader } }),
    problems: ['unavailable'],
  },
  listLedger: {
    method: 'GET',
    path: '/staking/ledger',
    summary: 'The ledger, entry by entry, the oldest first',
    request: () => ({
      query: z.strictObject({
        limit: pageParameters().limit,
        cursor: z
          .optional(z.string().check(z.regex(/^\d{1,12}$/, 'must be the number of an entry')))
          .check(z.meta({ description: 'The number of the last entry that was seen.' })),
      }),
    }),
    responses: () => ({
      200: {
        description: 'A page of entries.',
        body: pageOf(entry),
        headers: { ...mirrorHeader, ...linkHeader },
      },
    }),
    problems: ['unavailable'],
  },
  readSupply: {
    method: 'GET',
    path: '/staking/supply',
    summary: 'Both sides of the invariant, and the end of the chain',
    request: {},
    responses: () => ({ 200: { description: 'The supply.', body: supply, headers: mirrorHeader } }),
    problems: ['unavailable'],
  },
  readRoundEvidence: {
    method: 'GET',
    path: '/staking/rounds/{dataset}/{fromPlace}',
    summary: 'What the settlement of a round follows from',
    description: 'As it was hashed: predictions, commitments, reveals and outcomes, from a place on.',
    request: () => ({
      path: z.object({ dataset, fromPlace: z.string().check(z.regex(/^[1-9]\d{0,8}$/)) }),
      query: z.strictObject({ predictions: integerParameter(1, 20, 'How many.') }),
    }),
    responses: () => ({
      200: {
        description: 'The evidence, in the order of predictions.',
        body: z.object({
          dataset,
          fromPlace: z.int(),
          predictions: z.array(z.record(z.string(), z.unknown())),
        }),
      },
    }),
    problems: ['unavailable'],
  },
  openBooks: {
    method: 'POST',
    path: '/staking/books',
    summary: 'The books of a data set, opened with its founders’ deposits',
    description: 'Signed by the operator.',
    request: () => ({
      headers: signed(),
      body: z
        .extend(members.open, {
          dataset,
          founders: z.array(publicKey).check(z.minLength(1), z.maxLength(50)),
        })
        .check(z.meta({ id: 'NewBooks' })),
    }),
    responses: answers,
    problems,
  },
  deposit: {
    method: 'POST',
    path: '/staking/deposits',
    summary: 'A deposit, credited to a key',
    description: 'Signed by the operator, up to a limit a key.',
    request: () => ({
      headers: signed(),
      body: z.extend(members.deposit, { publicKey, amount }).check(z.meta({ id: 'Deposit' })),
    }),
    responses: answers,
    problems,
  },
  stake: {
    method: 'POST',
    path: '/staking/stakes',
    summary: 'Settled units, put at stake in a data set',
    request: () => ({
      headers: signed(),
      body: z.extend(members.stake, { dataset, publicKey, amount }).check(z.meta({ id: 'NewStake' })),
    }),
    responses: answers,
    problems,
  },
  leaveStake: {
    method: 'POST',
    path: '/staking/departures',
    summary: 'A stake, taken out: unlocked after 21 settled rounds',
    request: () => ({
      headers: signed(),
      body: z.extend(members.leave, { dataset, publicKey }).check(z.meta({ id: 'Departure' })),
    }),
    responses: answers,
    problems,
  },
  withdraw: {
    method: 'POST',
    path: '/staking/withdrawals',
    summary: 'Settled units, withdrawn',
    request: () => ({
      headers: signed(),
      body: z.extend(members.withdraw, { publicKey, amount }).check(z.meta({ id: 'Withdrawal' })),
    }),
    responses: answers,
    problems,
  },
  settleRounds: {
    method: 'POST',
    path: '/staking/settlements',
    summary: 'The rounds of a data set that are over, settled now',
    description: 'A rule does the same once a minute. Asked twice it settles once.',
    request: () => ({ body: z.strictObject({ dataset }).check(z.meta({ id: 'SettlementRequest' })) }),
    responses: () => ({
      200: {
        description: 'The entries that were made: none if nothing was over.',
        body: z.object({ settled: z.array(z.int()) }),
        headers: mirrorHeader,
      },
    }),
    problems,
  },
});
