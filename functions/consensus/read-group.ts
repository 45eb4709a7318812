import type { MemberEntity } from '@layers/domain/consensus/member';
import { readMembers } from '@layers/domain/consensus/members';
import { type Founder, type RosterEntity, readRoster } from '@layers/domain/consensus/roster';
import type { ModelCard } from '@layers/domain/models/card';
import { chooseModel, modelsOf } from '@layers/domain/models/choose-model';
import type { MirrorState } from '@layers/domain/redundancy/transaction';
import type { ConsensusParts } from './consensus-parts.ts';

/** The group of a data set, as it is now. */
export interface DatasetGroup {
  /** Of its best model: arguments, labels, the scale of losses. */
  readonly card: ModelCard;
  readonly roster: RosterEntity;
  /** Those that joined; the deployment's own models are on the roster alone. */
  readonly members: readonly MemberEntity[];
  /** Micro-units by key. */
  readonly stakes: ReadonlyMap<string, bigint>;
  readonly mirror: MirrorState;
}

/** The card that says what a data set's arguments and labels are. @throws Problem `not-found` with the nearest names. */
export const cardOf = ({ catalogue }: ConsensusParts, dataset: string): ModelCard =>
  chooseModel(catalogue, { model: undefined, dataset });

/** The deployment's own models of a data set, each with the key derived for it. */
export async function foundersOf(parts: ConsensusParts, dataset: string): Promise<readonly Founder[]> {
  const keys = await parts.keys();
  return modelsOf(parts.catalogue, dataset).map(({ name }) => ({ name, key: keys.founder(name).publicKey }));
}

/** @throws Problem `not-found` with the nearest names. */
export async function readGroup(parts: ConsensusParts, dataset: string): Promise<DatasetGroup> {
  const card = cardOf(parts, dataset);
  const { roster, mirror } = await readRoster(parts.consensus, dataset, await foundersOf(parts, dataset));
  const [members, stakes] = await Promise.all([
    readMembers(parts.consensus, roster),
    parts.stakes.stakes(
      dataset,
      roster.seats.map(({ key }) => key),
    ),
  ]);
  return { card, roster, members, stakes, mirror };
}
