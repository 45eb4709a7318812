import { createHash } from 'node:crypto';
import type { MemberStatus } from '@layers/domain/consensus/compose';
import type { ModelCard } from '@layers/domain/models/card';
import { append, type Books, emptyBooks, type Step } from '@layers/domain/staking/books';
import type { ClaimKind } from '@layers/domain/staking/claims';
import { followClaim } from '@layers/domain/staking/claims';
import type { Claim, EntryEntity } from '@layers/domain/staking/ledger';
import type { PredictionEvidence, RoundEvidence } from '@layers/domain/staking/round';
import { readCatalogue } from '@layers/onnx-runtime/catalogue';
import { modelsFolder } from '@layers/onnx-runtime/models-folder';

export const hash = (text: string) => createHash('sha256').update(text).digest('base64url');
export const at = '2026-11-22T12:00:00.000Z';
export const operator = keyOf('operator');
export const unit = 1_000_000n;

/** 43 characters, as a key has. */
export function keyOf(name: string): string {
  return hash(name);
}

export const card: ModelCard = (() => {
  const found = readCatalogue(modelsFolder).cards.find(({ dataset }) => dataset === 'titanic');
  if (found === undefined) throw new Error('There is no model of titanic.');
  return found;
})();

let signedAtMs = 1_000;

/** Signed later than any before. */
export function claimOf(signer: string, body: Record<string, unknown>): Claim {
  signedAtMs += 1;
  return { signer, signedAtMs, signature: 'A'.repeat(86), body };
}

/** Books that are kept with their chain. */
export class Chain {
  books: Books = emptyBooks;
  readonly entries: EntryEntity[] = [];

  step(step: Step | undefined): void {
    if (step === undefined) return;
    const { entry, books } = append(this.books, step, at, hash);
    this.entries.push(entry);
    this.books = books;
  }

  claim(kind: ClaimKind, signer: string, body: Record<string, unknown>): void {
    this.step(followClaim(this.books, kind, claimOf(signer, body)));
  }

  /** A data set with founders, and others who were credited and have staked. */
  static of(founders: readonly string[], others: readonly (readonly [key: string, amount: bigint])[]): Chain {
    const chain = new Chain();
    chain.claim('open', operator, { dataset: 'titanic', founders });
    for (const [key, amount] of others) {
      chain.claim('deposit', operator, { publicKey: key, amount: String(amount) });
      chain.claim('stake', key, { dataset: 'titanic', publicKey: key, amount: String(amount) });
    }
    return chain;
  }
}

/** How a member ends in one prediction: what it said of surviving, or why it said nothing. */
export type Said = number | Exclude<MemberStatus, 'answered'>;

export interface PlayedPrediction {
  readonly said: ReadonlyMap<string, Said>;
  /** `undefined`: void. */
  readonly truth: 'died' | 'survived' | undefined;
}

function evidenceOf(
  place: number,
  { said, truth }: PlayedPrediction,
  founders: ReadonlySet<string>,
): PredictionEvidence {
  const id = `titanic-${String(place).padStart(9, '0')}`;
  const closed = { as: truth === undefined ? ('void' as const) : ('judged' as const), at };
  const answer = (p: number) => ({
    label: p > 0.5 ? 'survived' : 'died',
    probabilities: { died: 1 - p, survived: p },
  });
  const members = [...said].map(([key, each], index) => ({
    name: `member-${index}`,
    key,
    status: typeof each === 'number' ? ('answered' as const) : each,
    each,
  }));
  return {
    prediction: { id, dataset: 'titanic', inputs: {}, openedAt: at, deadlineAt: at, closed },
    outcome:
      truth === undefined
        ? undefined
        : { predictionId: id, truth, signature: 'A'.repeat(86), reportedAt: at },
    commits: {
      predictionId: id,
      dataset: 'titanic',
      at,
      members: members.map(({ each: _, ...member }) => ({
        ...member,
        founder: founders.has(member.key),
        protocol: 'committed' as const,
        stake: '0',
      })),
    },
    reveals: {
      predictionId: id,
      dataset: 'titanic',
      at,
      members: members.map(({ each, ...member }) => ({
        ...member,
        latencyMs: 1,
        weight: 0,
        ...(typeof each === 'number' ? { answer: answer(each) } : {}),
      })),
      prediction: answer(0.5),
      disagreement: 0,
      quorum: { members: members.length, answered: members.length, share: 1 },
      method: { weighting: 'equal', aggregator: 'mean' },
    },
  };
}

export function roundOf(
  fromPlace: number,
  played: readonly PlayedPrediction[],
  founders: readonly string[] = [],
): RoundEvidence {
  return {
    dataset: 'titanic',
    fromPlace,
    predictions: played.map((each, index) => evidenceOf(fromPlace + index, each, new Set(founders))),
  };
}
