import { lossOf, type Point } from '@layers/domain/consensus/loss';
import type { AnsweredRow, Answers } from './answers.ts';

/** How good a series of answers was. Accuracy and Brier of classes; of values R², and the mean loss. */
export interface Quality {
  /** Accuracy, or R². */
  readonly hits: number;
  /** Mean loss: the Brier score in [0, 1] of classes. */
  readonly loss: number;
}

function accuracyOf(rows: readonly AnsweredRow[], given: readonly Point[]): number {
  const right = rows.filter(({ truth }, place) => {
    const answer = given[place] ?? [];
    return answer.indexOf(Math.max(...answer)) === truth;
  });
  return right.length / rows.length;
}

/** 1 − Σ (y − ŷ)² ÷ Σ (y − ȳ)². */
function determinationOf(rows: readonly AnsweredRow[], given: readonly Point[]): number {
  const mean = rows.reduce((sum, { truth }) => sum + truth, 0) / rows.length;
  let [left, all] = [0, 0];
  for (const [place, { truth }] of rows.entries()) {
    left += (truth - (given[place]?.[0] ?? Number.NaN)) ** 2;
    all += (truth - mean) ** 2;
  }
  return 1 - left / all;
}

/** Over rows from a place on, in the order of predictions. */
export function qualityOf(
  { scale }: Answers,
  rows: readonly AnsweredRow[],
  given: readonly Point[],
  fromRow = 0,
): Quality {
  const [judged, said] = [rows.slice(fromRow), given.slice(fromRow)];
  const loss = judged.reduce((sum, { truth }, place) => sum + lossOf(scale, said[place] ?? [], truth), 0);
  const hits = scale.task === 'classification' ? accuracyOf(judged, said) : determinationOf(judged, said);
  return { hits, loss: loss / judged.length };
}
