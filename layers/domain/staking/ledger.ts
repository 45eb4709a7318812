import * as z from 'zod/mini';

/** Integer micro-units as text: JSON's numbers end at 2^53. */
export const microUnits = z.string().check(z.regex(/^(?:0|-?[1-9][0-9]{0,29})$/));

/** SHA-256 in base64url. */
const digest = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/));

const account = z.string().check(z.minLength(1), z.maxLength(128));

/** 50 members a data set, their bonds and stakes, insurance. */
export const postingsMax = 200;
export const accountsMax = 1_000;

/** One transaction of the ledger, immutable. Its postings sum to zero. */
export const entryEntity = z.looseObject({
  seq: z.int().check(z.gte(1)),
  kind: z.string().check(z.minLength(1)),
  postings: z
    .array(z.looseObject({ account, amount: microUnits }))
    .check(z.minLength(2), z.maxLength(postingsMax)),
  /** Hashes of the evidence, which the consensus group keeps. */
  evidence: z.array(digest),
  /** Absent in the first entry. */
  previousHash: z.optional(digest),
  hash: digest,
  at: z.iso.datetime(),
});

/** The end of the chain and every balance after it: its document is the JSON database of balances. */
export const headEntity = z.looseObject({
  seq: z.int().check(z.gte(0)),
  hash: z.optional(digest),
  balances: z.record(account, microUnits),
});

export type EntryEntity = z.output<typeof entryEntity>;
export type HeadEntity = z.output<typeof headEntity>;

/** Padded, so that entries list in the order they were made. */
export const entryKey = (seq: number) => `entries/${String(seq).padStart(12, '0')}`;
export const headKey = 'head/ledger';
