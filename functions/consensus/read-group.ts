import type { MemberEntity } from '@layers/domain/consensus/member';
import { readMembers } from '@layers/domain/consensus/members';
import { type Founder, type RosterEntity, readRoster } from '@layers/domain/consensus/roster';
import { equalStakes, type StakesByKey } from '@layers/domain/consensus/stakes';
import type { ModelCard } from '@layers/domain/models/card';
import { chooseModel, modelsOf } from '@layers/domain/models/choose-model';
import type { MirrorState } from '@layers/domain/redundancy/transaction';
import type { ClosingParts, ConsensusParts } from './consensus-parts.ts';

/** The group of a data set, as it is now. */
export interface DatasetGroup {
  /** Of its best model: arguments, labels, the scale of losses. */
  readonly card: ModelCard;
  readonly roster: RosterEntity;
  /** Those that joined; the deployment's own models are on the roster alone. */
  readonly members: readonly MemberEntity[];
  readonly stakes: StakesByKey;
  readonly mirror: MirrorState;
}

/** The card that says what a data set's arguments and labels are. @throws Problem `not-found` with the nearest names. */
export const cardOf = ({ catalogue }: Pick<ClosingParts, 'catalogue'>, dataset: string): ModelCard =>
  chooseModel(catalogue, { model: undefined, dataset });

/** The deployment's own models of a data set, each with the key derived for it. */
export async function foundersOf(
  parts: Pick<ClosingParts, 'catalogue' | 'keys'>,
  dataset: string,
): Promise<readonly Founder[]> {
  const keys = await parts.keys();
  return modelsOf(parts.catalogue, dataset).map(({ name }) => ({ name, key: keys.founder(name).publicKey }));
}

/** @throws Problem `not-found` with the nearest names. */
export async function readGroup(parts: ConsensusParts, dataset: string): Promise<DatasetGroup> {
  const card = cardOf(parts, dataset);
  const { roster, mirror } = await readRoster(parts.consensus, dataset, await foundersOf(parts, dataset));
  const keys = roster.seats.map(({ key }) => key);
  const [members, staked] = await Promise.all([
    readMembers(parts.consensus, roster),
    parts.stakes.stakes(dataset, keys),
  ]);
  const stakes = staked === undefined ? equalStakes(keys) : boundStakes(staked, members);
  return { card, roster, members, stakes, mirror };
}

/** Whoever commits to nothing can be proven nothing: where stakes count, its own does not. */
const boundStakes = (staked: StakesByKey, members: readonly MemberEntity[]): StakesByKey => {
  const unbound = new Set(
    members.filter(({ protocol }) => protocol === 'plain').map((each) => each.publicKey),
  );
  return new Map([...staked].filter(([key]) => !unbound.has(key)));
};
