import { readEvidence } from '../consensus/evidence.ts';
import type { ModelCard } from '../models/card.ts';
import { type PredictionEntity, predictionIdOf } from '../predictions/prediction.ts';
import { readPrediction, readQueue } from '../predictions/predictions.ts';
import type { MirroredGroup } from '../redundancy/transaction.ts';
import { datasetOf } from './books.ts';
import { appendEntry, readBooks } from './keep-books.ts';
import { isOver, type PredictionEvidence, type RoundEvidence, settleRound } from './round.ts';
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

async function readOne(settling: Settling, place: number): Promise<PredictionEvidence> {
  const id = predictionIdOf(settling.card.dataset, place);
  const [{ prediction, outcome }, { commits, reveals }] = await Promise.all([
    readPrediction(settling.predictions, id),
    readEvidence(settling.consensus, id),
  ]);
  return { prediction, outcome, commits, reveals };
}

/** What a settlement of these predictions follows from. @throws Problem `not-found` for a prediction that is not there. */
export async function readRound(
  settling: Settling,
  fromPlace: number,
  toPlace: number,
): Promise<RoundEvidence> {
  const predictions = await Promise.all(count(fromPlace, toPlace).map((place) => readOne(settling, place)));
  return { dataset: settling.card.dataset, fromPlace, predictions };
}

/** The next round, if it is over. */
async function readNext(settling: Settling): Promise<RoundEvidence | undefined> {
  const { dataset } = settling.card;
  const game = datasetOf((await readBooks(settling.ledger)).books, dataset);
  if (game === undefined) return undefined;
  const { opened } = await readQueue(settling.predictions, dataset);
  const toPlace = Math.min(opened, game.nextPlace + roundPredictions - 1);
  const places = count(game.nextPlace, toPlace);
  const states = await Promise.all(
    places.map((place) => readPrediction(settling.predictions, predictionIdOf(dataset, place))),
  );
  const known: readonly PredictionEntity[] = states.map(({ prediction }) => prediction);
  return isOver(known, settling.nowMs, roundMs) ? readRound(settling, game.nextPlace, toPlace) : undefined;
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
