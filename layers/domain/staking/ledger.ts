import * as z from 'zod/mini';

/** Integer micro-units as text: JSON's numbers end at 2^53. */
export const microUnits = z.string().check(z.regex(/^(?:0|-?[1-9][0-9]{0,29})$/));

/** SHA-256 in base64url. */
const digest = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/));

const account = z.string().check(z.minLength(1), z.maxLength(128));

/** 50 members a data set, their bonds and stakes, insurance. */
const postingsMax = 200;
export const accountsMax = 1_000;

/** A request as it was signed: anybody can check it again. Its method and path follow from the entry's kind. */
const claim = z.lazy(() =>
  z.looseObject({
    signer: z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/)),
    signedAtMs: z.int().check(z.gte(0)),
    signature: z.string().check(z.regex(/^[A-Za-z0-9_-]{86}$/)),
    body: z.record(z.string(), z.unknown()),
  }),
);
export type Claim = z.output<typeof claim>;

const member = z.lazy(() =>
  z.looseObject({
    deposit: microUnits,
    state: z.enum(['staked', 'leaving', 'ejected']),
    /** After the settlement of this round what it has at stake is its own again. */
    unlockRound: z.optional(z.int().check(z.gte(1))),
  }),
);

/** The game of one data set. */
const datasetBooks = z.lazy(() =>
  z.looseObject({
    /** Settled so far. */
    rounds: z.int().check(z.gte(0)),
    /** Of the first prediction that is not settled yet. */
    nextPlace: z.int().check(z.gte(1)),
    /** By public key; whoever was ejected stays in it, so that the key cannot come back. */
    members: z.record(z.string(), member),
    /** Base parts of the mismatches of the last rounds, the newest last. */
    mismatched: z.array(microUnits),
  }),
);
export type DatasetBooks = z.output<typeof datasetBooks>;

export const entryFields = () => ({
  seq: z.int().check(z.gte(1)),
  kind: z.string().check(z.minLength(1)),
  postings: z.array(z.looseObject({ account, amount: microUnits })).check(z.maxLength(postingsMax)),
  /** Hashes of the evidence, one a prediction, which the consensus group keeps. */
  evidence: z.array(digest),
  /** The signed request that it follows from; a settlement follows from evidence. */
  claim: z.optional(claim),
  /** What a settlement settles, and what the opening of a data set's books begins with. */
  dataset: z.optional(z.string().check(z.maxLength(80))),
  round: z.optional(z.int().check(z.gte(1))),
  /** The first prediction, by its place, and the last of a settled round. */
  fromPlace: z.optional(z.int().check(z.gte(1))),
  toPlace: z.optional(z.int().check(z.gte(1))),
  /** Absent in the first entry. */
  previousHash: z.optional(digest),
  hash: digest,
  at: z.iso.datetime(),
});

/** One transaction of the ledger, immutable. Its postings sum to zero. */
export const entryEntity = z.lazy(() => z.looseObject(entryFields()));

/** The end of the chain and every balance after it: its document is the JSON database of balances. */
export const headEntity = z.lazy(() =>
  z.looseObject({
    seq: z.int().check(z.gte(0)),
    hash: z.optional(digest),
    balances: z.record(account, microUnits),
    datasets: z.optional(z.record(z.string(), datasetBooks)),
    /** What each key was credited by the operator so far. */
    credited: z.optional(z.record(account, microUnits)),
    /** When each signer signed its newest request: older ones are replays. */
    signed: z.optional(z.record(account, z.int().check(z.gte(0)))),
  }),
);

export type EntryEntity = z.output<typeof entryEntity>;
export type HeadEntity = z.output<typeof headEntity>;

/** Padded, so that entries list in the order they were made. */
export const entryKey = (seq: number) => `entries/${String(seq).padStart(12, '0')}`;
export const headKey = 'head/ledger';
