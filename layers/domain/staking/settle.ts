import { readEvidences } from '../consensus/evidence.ts';
import type { ModelCard } from '../models/card.ts';
import { predictionIdOf } from '../predictions/prediction.ts';
import { type PredictionState, readPredictions, readQueue } from '../predictions/predictions.ts';
import type { MirroredGroup } from '../redundancy/transaction.ts';
import { datasetOf } from './books.ts';
import { appendEntry, readBooks } from './keep-books.ts';
import { isOver, type RoundEvidence, settleRound } from './round.ts';
import { roundPredictions } from './rules.ts';

/** A round with fewer predictions is settled when its first is a day old. */
const roundMs = 24 * 60 * 60 * 1_000;

export interface Settling {
  readonly ledger: MirroredGroup;
  readonly consensus: MirroredGroup;
  readonly predictions: MirroredGroup;
  /** Of the data set: labels, or the scale of losses. */
  readonly card: ModelCard;
  readonly nowMs: number;
  /** SHA-256 in base64url. */
  readonly hash: (text: string) => string;
}

const count = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);

const idsOf = ({ card }: Settling, fromPlace: number, toPlace: number) =>
  count(fromPlace, toPlace).map((place) => predictionIdOf(card.dataset, place));

/** With evidence that nobody changes any more, once a prediction is closed. */
async function withEvidence(
  { consensus, card }: Settling,
  fromPlace: number,
  states: readonly PredictionState[],
): Promise<RoundEvidence> {
  const evidence = await readEvidences(
    consensus,
    states.map(({ prediction }) => prediction.id),
  );
  const predictions = states.map(({ prediction, outcome }, index) => ({
    ...{ prediction, outcome },
    ...{ commits: evidence[index]?.commits, reveals: evidence[index]?.reveals },
  }));
  return { dataset: card.dataset, fromPlace, predictions };
}

/**
 * What a settlement of these predictions follows from, of at most 40 of them.
 * @throws Problem `not-found` for a prediction that is not there.
 */
export async function readRound(
  settling: Settling,
  fromPlace: number,
  toPlace: number,
): Promise<RoundEvidence> {
  const states = await readPredictions(settling.predictions, idsOf(settling, fromPlace, toPlace));
  return withEvidence(settling, fromPlace, states);
}

/** The next round, if it is over. */
async function readNext(settling: Settling): Promise<RoundEvidence | undefined> {
  const { dataset } = settling.card;
  const game = datasetOf((await readBooks(settling.ledger)).books, dataset);
  if (game === undefined) return undefined;
  const { opened } = await readQueue(settling.predictions, dataset);
  const toPlace = Math.min(opened, game.nextPlace + roundPredictions - 1);
  const states = await readPredictions(settling.predictions, idsOf(settling, game.nextPlace, toPlace));
  const known = states.map(({ prediction }) => prediction);
  return isOver(known, settling.nowMs, roundMs) ? withEvidence(settling, game.nextPlace, states) : undefined;
}

/**
 * Settles the next round of a data set if it is over. One write: the entry, keyed by its round, with the head; so stopped
 * before it nothing has happened, stopped after it everything has, and of two at once the second finds the round settled.
 * Stakes, weights and accounts are read from the head: there is nothing else to apply.
 * @returns the entry's number; `undefined` if there was nothing to settle.
 */
export async function settleNext(settling: Settling): Promise<number | undefined> {
  const evidence = await readNext(settling);
  if (evidence === undefined) return undefined;
  const { card, hash, nowMs, ledger } = settling;
  const { seq } = await appendEntry(ledger, {
    step: (books) => settleRound(books, card, evidence, hash),
    at: new Date(nowMs).toISOString(),
    hash,
  });
  return seq;
}
