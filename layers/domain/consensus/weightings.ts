import { cappedReputation, type Standing } from './reputation.ts';

/** One way of turning a member's stake and standing into its weight; those of a group are relative to each other. */
export interface Weighting {
  readonly name: string;
  readonly title: string;
  /**
   * @param stake in any one unit
   * @param learned what stacking fitted to the member out of fold; 0 for one that it does not know
   */
  readonly weigh: (standing: Standing, stake: number, learned: number) => number;
}

/** Another way of weighing is another entry. */
export const weightings = [
  { name: 'equal', title: 'every member alike', weigh: () => 1 },
  {
    name: 'accuracy',
    title: 'by accuracy so far: r, capped',
    weigh: (standing) => cappedReputation(standing),
  },
  {
    name: 'stake-and-accuracy',
    title: 'by stake and accuracy so far: m · r, capped',
    weigh: (standing, stake) => stake * cappedReputation(standing),
  },
  {
    name: 'stacking',
    title: 'as fitted to the deployment’s own models out of fold',
    weigh: (_standing, _stake, learned) => learned,
  },
] as const satisfies readonly Weighting[];

export type WeightingName = (typeof weightings)[number]['name'];
