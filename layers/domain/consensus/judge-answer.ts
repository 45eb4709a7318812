import * as z from 'zod/mini';
import { classPrediction, type Prediction, standardAnswer, valuePrediction } from '../models/answer.ts';
import type { ClassifierCard, ModelCard, RegressorCard } from '../models/card.ts';

const sumTolerance = 1e-3;
/** How many times the width of the prices' range an answer may lie outside it: what is farther is no estimate. */
const outsideMax = 10;

/** A member's answer that counts, or why it does not: said of its form alone, never repeating what came. */
export type Judged = { readonly prediction: Prediction } | { readonly wrong: string };

function judgeClasses(card: ClassifierCard, given: unknown): Judged {
  const { data } = classPrediction.safeParse(given);
  if (data === undefined) return { wrong: 'its prediction has no probabilities from 0 to 1' };
  const labels = Object.keys(data.probabilities);
  if (labels.length !== card.labels.length || !card.labels.every((label) => labels.includes(label)))
    return { wrong: `its probabilities are not those of ${card.labels.join(', ')}` };
  const sum = Object.values(data.probabilities).reduce((total, p) => total + p, 0);
  if (Math.abs(sum - 1) > sumTolerance)
    return { wrong: `its probabilities sum to ${sum.toFixed(4)}, not to 1` };
  return card.labels.includes(data.label)
    ? { prediction: data }
    : { wrong: 'its label is none of the data set' };
}

function judgeValue(card: RegressorCard, given: unknown): Judged {
  const { data } = valuePrediction.safeParse(given);
  if (data === undefined || !Number.isFinite(data.value))
    return { wrong: 'its prediction has no finite value' };
  if (data.unit !== card.unit) return { wrong: `its unit is not ${card.unit}` };
  if (card.limits === undefined) return { prediction: data };
  const [lowest, highest] = card.limits;
  const margin = outsideMax * (highest - lowest);
  return data.value < lowest - margin || data.value > highest + margin
    ? { wrong: 'its value is out of range' }
    : { prediction: data };
}

/** Judges a prediction by the card of its data set: labels, sums, units, ranges. */
export function judgePrediction(card: ModelCard, given: unknown): Judged {
  return card.task === 'classification' ? judgeClasses(card, given) : judgeValue(card, given);
}

/** Judges what a member sent as its standard answer. */
export function judgeAnswer(card: ModelCard, given: unknown): Judged {
  const answer = standardAnswer.safeParse(given);
  if (!answer.success) {
    const fields = new Set(answer.error.issues.map(({ path }) => path.slice(0, 2).join('.')));
    return { wrong: `it is no standard answer (${[...fields].slice(0, 5).join(', ') || 'no object'})` };
  }
  if (answer.data.model.dataset !== card.dataset) return { wrong: 'it answers for another data set' };
  return judgePrediction(card, answer.data.prediction);
}

/** The truth of a prediction, as the card of its data set has it; `undefined` for what cannot be one. */
export function readTruth(card: ModelCard, given: string | number): string | number | undefined {
  if (card.task === 'classification')
    return typeof given === 'string' && card.labels.includes(given) ? given : undefined;
  return z.number().safeParse(given).success ? given : undefined;
}
