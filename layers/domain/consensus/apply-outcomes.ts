import { canonicalJson } from '../canonical-json.ts';
import type { ModelCard } from '../models/card.ts';
import { predictionIdOf } from '../predictions/prediction.ts';
import { type PredictionState, readPrediction } from '../predictions/predictions.ts';
import { isProblem } from '../problem.ts';
import type { Change, MirroredGroup } from '../redundancy/transaction.ts';
import { afterPrediction, type Judgement, weightsKey } from './after-prediction.ts';
import { readEvidence } from './evidence.ts';
import { type Founder, type RosterEntity, readRoster, rosterKey, rosterOf } from './roster.ts';
import { appliedMax } from './settings.ts';

/** Where outcomes are read and weights are kept, and of which data set. */
export interface Applying {
  readonly predictions: MirroredGroup;
  readonly consensus: MirroredGroup;
  /** Of the data set: labels, or the scale of prices. */
  readonly card: ModelCard;
  readonly founders: readonly Founder[];
  readonly nowMs: number;
}

async function closedAt(group: MirroredGroup, id: string): Promise<PredictionState | undefined> {
  try {
    const state = await readPrediction(group, id);
    return state.prediction.closed === undefined ? undefined : state;
  } catch (error) {
    if (isProblem(error) && error.kind === 'not-found') return undefined;
    throw error;
  }
}

async function judgementOf(
  { consensus, nowMs }: Applying,
  roster: RosterEntity,
  { prediction, outcome }: PredictionState,
): Promise<Judgement | undefined> {
  if (outcome === undefined) return undefined;
  const { commits, reveals } = await readEvidence(consensus, prediction.id);
  if (commits === undefined || reveals === undefined) return undefined;
  return {
    place: roster.applied + 1,
    predictionId: prediction.id,
    truth: outcome.truth,
    commits,
    reveals,
    alone: roster.updatedAt === undefined || prediction.openedAt >= roster.updatedAt,
    at: new Date(nowMs).toISOString(),
  };
}

/** Applies the next prediction of the data set, if it is closed. @returns false when there is nothing to apply. */
async function applyNext(applying: Applying): Promise<boolean> {
  const { consensus, card, founders } = applying;
  const { dataset } = card;
  const { roster } = await readRoster(consensus, dataset, founders);
  const place = roster.applied + 1;
  const state = await closedAt(applying.predictions, predictionIdOf(dataset, place));
  if (state === undefined) return false;
  const judgement = await judgementOf(applying, roster, state);
  const [key, history] = [rosterKey(dataset), weightsKey(dataset, place)];
  await consensus.write({
    keys: [key, history],
    idempotency: undefined,
    decide(current) {
      const now = rosterOf(current.get(key), dataset, founders);
      // Somebody else applied it meanwhile.
      if (now.applied !== place - 1) return { changes: [], answer: '' };
      return { changes: changesOf(card, now, judgement, key, history), answer: '' };
    },
  });
  return true;
}

function changesOf(
  card: ModelCard,
  roster: RosterEntity,
  judgement: Judgement | undefined,
  key: string,
  history: string,
): readonly Change[] {
  if (judgement === undefined)
    return [{ id: key, image: canonicalJson({ ...roster, applied: roster.applied + 1 }) }];
  const after = afterPrediction(card, roster, judgement);
  return [
    { id: key, image: canonicalJson(after.roster) },
    { id: history, image: canonicalJson(after.weights) },
  ];
}

/**
 * Moves the weights of a data set by every outcome that is there, in the order of predictions: one that still waits keeps
 * those behind it waiting. An outcome is kept in the predictions group first; this applies it to the consensus group,
 * exactly once by its place. Stopped in between, the next outcome or the one-minute rule goes on here.
 * @returns how many were applied, at most `appliedMax`.
 */
export async function applyOutcomes(applying: Applying): Promise<number> {
  let applied = 0;
  while (applied < appliedMax && (await applyNext(applying))) applied += 1;
  return applied;
}
