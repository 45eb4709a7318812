import { canonicalJson } from '../canonical-json.ts';
import type { ModelCard } from '../models/card.ts';
import { append, type Books, isConserved, type Step, supplyOf } from './books.ts';
import { type ClaimKind, claimPaths, followClaim, operatorKinds } from './claims.ts';
import type { EntryEntity } from './ledger.ts';
import { evidenceHashes, type RoundEvidence, settleRound } from './round.ts';

/** What recomputing an entry takes; nothing of it is asked of whoever wrote the entry but the evidence, which is hashed. */
export interface Auditor {
  /** SHA-256 in base64url. */
  readonly hash: (text: string) => string;
  /** Whether a request was signed by a key. */
  readonly isSigned: (entry: EntryEntity, path: string) => boolean;
  readonly operatorKey: string;
  readonly cardOf: (dataset: string) => ModelCard | undefined;
  readonly evidenceOf: (entry: EntryEntity) => Promise<RoundEvidence>;
  /** What the evidence itself proves wrong: signatures and commitments. */
  readonly doubts: (evidence: RoundEvidence) => readonly string[];
}

/** Why an entry cannot be believed. */
export class Disbelief extends Error {
  override readonly name = 'Disbelief';
  readonly seq: number;
  constructor(seq: number, why: string) {
    super(`Entry ${seq}: ${why}`);
    this.seq = seq;
  }
}

function claimStep(books: Books, entry: EntryEntity, auditor: Auditor): Step {
  const { claim, kind, seq } = entry;
  const path = claimPaths[kind as ClaimKind] as string | undefined;
  if (claim === undefined || path === undefined)
    throw new Disbelief(seq, `nothing is known of the kind ${kind}.`);
  if (operatorKinds.has(kind as ClaimKind) && claim.signer !== auditor.operatorKey)
    throw new Disbelief(seq, 'only the operator may do that, and another key has signed it.');
  if (!auditor.isSigned(entry, path)) throw new Disbelief(seq, 'its signature is not over its request.');
  return followClaim(books, kind as ClaimKind, claim, entry.fromPlace);
}

async function settlementStep(books: Books, entry: EntryEntity, auditor: Auditor): Promise<Step> {
  const { seq, dataset = '' } = entry;
  const card = auditor.cardOf(dataset);
  if (card === undefined) throw new Disbelief(seq, `there is no card of ${dataset} here to recompute it by.`);
  const evidence = await auditor.evidenceOf(entry);
  if (evidenceHashes(evidence, auditor.hash).join() !== entry.evidence.join())
    throw new Disbelief(seq, 'the evidence is not the one that the entry was made from.');
  const [doubt] = auditor.doubts(evidence);
  if (doubt !== undefined) throw new Disbelief(seq, doubt);
  const step = settleRound(books, card, evidence, auditor.hash);
  if (step === undefined) throw new Disbelief(seq, 'it settles a round that was not next.');
  return step;
}

/**
 * The books after one more entry, recomputed from nothing but the books before it, its claim or its evidence.
 * @throws Disbelief saying what does not follow.
 */
export async function replayEntry(books: Books, entry: EntryEntity, auditor: Auditor): Promise<Books> {
  if (entry.previousHash !== books.hash)
    throw new Disbelief(entry.seq, 'it does not follow the entry before.');
  const step =
    entry.kind === 'settlement'
      ? await settlementStep(books, entry, auditor)
      : claimStep(books, entry, auditor);
  const { entry: again, books: after } = append(books, step, entry.at, auditor.hash);
  if (canonicalJson(again) !== canonicalJson(entry))
    throw new Disbelief(entry.seq, 'what it moves is not what follows from its claim or its evidence.');
  if (!isConserved(supplyOf(after)))
    throw new Disbelief(entry.seq, 'something came from nowhere or vanished.');
  return after;
}
