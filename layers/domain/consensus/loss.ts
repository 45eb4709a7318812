/** What losses of a data set are measured by: classes, or the scale of its prices. */
export type Scale =
  | { readonly task: 'classification'; readonly classes: number }
  | {
      readonly task: 'regression';
      /** Of the data set's best model out of fold, in the unit of the value: `consensus` in its cards. */
      readonly medianAbsoluteError: number;
    };

/** An answer as numbers: probabilities in the order of the labels, or one value. */
export type Point = readonly number[];

/** How many typical errors of the best model count as wholly wrong. */
const errorsMax = 4;

/**
 * Half the squared error of the probability vector, in [0, 1]; of two classes it is (p − y)², the Brier score of one.
 * Proper: nobody expects to lose less by answering anything but what he believes.
 * Source: G. W. Brier, Verification of forecasts expressed in terms of probability, 1950.
 * @param truth the place of the label that came true.
 */
export function brierLoss(probabilities: Point, truth: number): number {
  const squares = probabilities.map((p, index) => (p - (index === truth ? 1 : 0)) ** 2);
  return Math.min(squares.reduce((sum, square) => sum + square, 0) / 2, 1);
}

/** ((y − ŷ) ÷ (4 × MedAE))², at most 1: far off is wrong, however far. All in the unit of the value. */
export function valueLoss(value: number, truth: number, medianAbsoluteError: number): number {
  return Math.min(((truth - value) / (errorsMax * medianAbsoluteError)) ** 2, 1);
}

/**
 * The loss of an answer, in [0, 1].
 * @param truth the place of the label that came true, or the value.
 */
export function lossOf(scale: Scale, answer: Point, truth: number): number {
  if (scale.task === 'classification') return brierLoss(answer, truth);
  return valueLoss(answer[0] ?? Number.NaN, truth, scale.medianAbsoluteError);
}
