import { depositMax } from '@layers/domain/staking/rules';
import {
  type Attacker,
  abstaining,
  colluding,
  copyingLive,
  copyingStale,
  opposite,
  pulsing,
  rejoining,
  selling,
  sleeping,
} from './attackers.ts';

/** What an attack may do to the consensus after the fifth batch, beside its best member. */
interface Harm {
  /** Accuracy, or R², below that of the member with the lowest loss. */
  readonly hitsMax: number;
  /** Mean loss above that member's. */
  readonly lossMax: number;
  /** The liars' part of what is wagered at the end, where one is promised. */
  readonly wageredMax?: number;
  /** The liars' part of the weight at the end, where one is promised. */
  readonly weightMax?: number;
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly liars: number;
  readonly attacker: Attacker;
  /** By passengers; `undefined` where nothing is promised. */
  readonly harm: Harm | undefined;
  /** The batch in which they join; 0, at genesis, unless told. */
  readonly joinBatch?: number;
  /** Of each, in micro-units; the most there can be unless told. */
  readonly deposit?: bigint;
  /** Each takes a new key, with a new deposit, after so many batches. */
  readonly keyBatches?: number;
}

const little: Harm = { hitsMax: 0.005, lossMax: 0.001 };
const omniscient: Harm = { ...little, wageredMax: 0.08, weightMax: 0.01 };
const delayed: Harm = { hitsMax: 0.01, lossMax: 0.004 };

const sleepFromRow = 440;
const pulseBatches = 8;

/** Another attack is another entry. The honest are the data set's models, and founders. */
export const scenarios: readonly Scenario[] = [
  { name: 'none', title: 'no attack', liars: 0, attacker: opposite, harm: little },
  { name: 'liars-3', title: '3 omniscient liars', liars: 3, attacker: opposite, harm: omniscient },
  { name: 'liars-6', title: '6 omniscient liars', liars: 6, attacker: opposite, harm: omniscient },
  { name: 'liars-14', title: '14 omniscient liars', liars: 14, attacker: opposite, harm: omniscient },
  {
    name: 'colluders',
    title: '6 colluding inverters',
    liars: 6,
    attacker: colluding,
    harm: { ...little, wageredMax: 0.15, weightMax: 0.01 },
  },
  {
    name: 'sleepers',
    title: '6 sleepers',
    liars: 6,
    attacker: sleeping(sleepFromRow),
    harm: { ...delayed, wageredMax: 0.35 },
  },
  { name: 'pulsers', title: '6 pulsers', liars: 6, attacker: pulsing(pulseBatches), harm: delayed },
  { name: 'sell-outs', title: '3 sell-outs', liars: 3, attacker: selling(0.1), harm: little },
  { name: 'abstainers', title: '3 abstainers', liars: 3, attacker: abstaining, harm: little },
  {
    name: 'newcomers',
    title: '7 newcomers at batch 20',
    liars: 7,
    attacker: opposite,
    harm: little,
    joinBatch: 20,
  },
  { name: 'stale-copiers', title: '3 stale copiers', liars: 3, attacker: copyingStale, harm: little },
  {
    name: 'live-copiers',
    title: '3 live copiers, commit-reveal off',
    liars: 3,
    attacker: copyingLive,
    harm: undefined,
  },
  {
    name: 'sybils',
    title: '10 keys that split one colluder’s stake',
    liars: 10,
    attacker: colluding,
    harm: little,
    deposit: depositMax / 10n,
  },
  {
    name: 're-joiners',
    title: '3 re-joining liars',
    liars: 3,
    attacker: rejoining(5),
    harm: little,
    keyBatches: 6,
  },
];
