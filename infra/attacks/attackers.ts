import type { Point } from '@layers/domain/consensus/loss';
import { type AnsweredRow, type Answers, medianOf } from './answers.ts';
import type { Random } from './random.ts';

/** Everything that an attacker may know of one prediction: more than a real one would. */
interface Situation {
  readonly answers: Answers;
  readonly row: AnsweredRow;
  /** The same of one batch before; `undefined` in the first. */
  readonly before: AnsweredRow | undefined;
  /** Predictions so far, and settled batches of them. */
  readonly place: number;
  readonly batch: number;
  /** The batch in which this key joined. */
  readonly joined: number;
  /** Which honest member has the lowest loss over all rows. */
  readonly best: number;
  readonly random: Random;
}

/** What it answers; `undefined`: nothing. */
export type Attacker = (situation: Situation) => Point | undefined;

/** Sure of what is not so; of values, as far off as they can be. */
export const opposite: Attacker = ({ answers: { scale, limits }, row: { truth } }) => {
  if (scale.task === 'regression') {
    const [lowest, highest] = limits;
    return [truth - lowest > highest - truth ? lowest : highest];
  }
  const wrong = (truth + 1) % scale.classes;
  return Array.from({ length: scale.classes }, (_, place) => (place === wrong ? 1 : 0));
};

/** 1 − p of each class, made to sum to 1; values mirrored within their limits. */
function invert(point: Point, { scale, limits }: Answers): Point {
  if (scale.task === 'regression') return point.map((value) => limits[0] + limits[1] - value);
  return point.map((p) => (1 - p) / (scale.classes - 1));
}

const bestAnswer = ({ row, best }: Situation): Point => row.answers[best] ?? [];

/** An honest copy of the best at all times but some, when it inverts that. */
const invertsWhen =
  (when: (situation: Situation) => boolean): Attacker =>
  (situation) =>
    when(situation) ? invert(bestAnswer(situation), situation.answers) : bestAnswer(situation);

/** An honest copy of the best at all times but some, when it lies outright. */
const liesWhen =
  (when: (situation: Situation) => boolean): Attacker =>
  (situation) =>
    when(situation) ? opposite(situation) : bestAnswer(situation);

export const colluding: Attacker = ({ row, answers }) => invert(medianOf(row, answers), answers);
export const sleeping = (fromRow: number): Attacker => invertsWhen(({ place }) => place >= fromRow);
export const pulsing = (everyBatches: number): Attacker =>
  invertsWhen(({ batch }) => batch % everyBatches === everyBatches - 1);
export const selling = (share: number): Attacker => liesWhen(({ random }) => random() < share);
export const rejoining = (honestBatches: number): Attacker =>
  liesWhen(({ batch, joined }) => batch - joined >= honestBatches);
export const abstaining: Attacker = (situation) =>
  situation.batch % 2 === 0 ? opposite(situation) : undefined;
/** Commit-reveal leaves a copier only what was shown: here the median of the row one batch before. */
export const copyingStale: Attacker = ({ before, answers }) =>
  before === undefined ? undefined : medianOf(before, answers);
/** What commit-reveal prevents: the median of the others on the very row. */
export const copyingLive: Attacker = ({ row, answers }) => medianOf(row, answers);
