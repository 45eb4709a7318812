import * as z from 'zod/mini';
import { brierLoss, type Point } from './loss.ts';

/**
 * A mixture beside the consensus, kept only because a bound is proven for it: weights exp(−η · losses so far), plain mean,
 * updated at each outcome. Half the squared error is η-exp-concave on the simplex for η ≤ ½ (the gradient's square is at
 * most 2), so the mixture loses at most ln N ÷ η more than the best of N members, whatever the truths are
 * (N. Cesa-Bianchi and G. Lugosi, Prediction, learning, and games, 2006, theorem 3.2).
 */
const eta = 0.5;

/** It holds for members that were there from its start and answered each time, with nothing else open: else it begins anew. */
export const shadowEntity = z.lazy(() =>
  z.looseObject({
    outcomes: z.int().check(z.gte(0)),
    /** Sum of the mixture's losses. */
    loss: z.number().check(z.gte(0)),
    /** Sum of each member's, by key. */
    members: z.record(z.string(), z.number().check(z.gte(0))),
  }),
);
export type Shadow = z.output<typeof shadowEntity>;

export const shadowAtStart: Shadow = { outcomes: 0, loss: 0, members: {} };

function mixtureOf(shadow: Shadow, answers: ReadonlyMap<string, Point>): Point {
  const weighed = [...answers].map(
    ([key, point]) => [Math.exp(-eta * (shadow.members[key] ?? 0)), point] as const,
  );
  const total = weighed.reduce((sum, [weight]) => sum + weight, 0);
  const [, first = []] = weighed[0] ?? [];
  return [...first.keys()].map(
    (place) => weighed.reduce((sum, [weight, point]) => sum + weight * (point[place] ?? 0), 0) / total,
  );
}

function sameMembers(shadow: Shadow, answers: ReadonlyMap<string, Point>): boolean {
  const known = Object.keys(shadow.members);
  return known.length === answers.size && known.every((key) => answers.has(key));
}

/**
 * The shadow after one outcome of a classification.
 * @param answers of all its members, by key
 * @param alone whether the prediction was opened after the last outcome was applied
 */
export function afterShadowOutcome(
  shadow: Shadow,
  answers: ReadonlyMap<string, Point>,
  truth: number,
  alone: boolean,
): Shadow {
  const before = alone && sameMembers(shadow, answers) ? shadow : shadowAtStart;
  if (answers.size === 0) return shadowAtStart;
  const members = [...answers].map(([key, point]) => [
    key,
    (before.members[key] ?? 0) + brierLoss(point, truth),
  ]);
  return {
    outcomes: before.outcomes + 1,
    loss: before.loss + brierLoss(mixtureOf(before, answers), truth),
    members: Object.fromEntries(members) as Record<string, number>,
  };
}

export interface Guarantee {
  readonly outcomes: number;
  readonly members: number;
  /** Loss of the mixture − loss of the best member, over those outcomes. */
  readonly regret: number;
  /** ln N ÷ η. */
  readonly bound: number;
}

/** Regret beside its bound; `undefined` where the theorem says nothing. */
export function guaranteeOf({ outcomes, loss, members }: Shadow): Guarantee | undefined {
  const losses = Object.values(members);
  if (outcomes === 0 || losses.length < 2) return undefined;
  return {
    outcomes,
    members: losses.length,
    regret: loss - Math.min(...losses),
    bound: Math.log(losses.length) / eta,
  };
}
