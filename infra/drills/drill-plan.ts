import type { Group } from '@layers/domain/redundancy/groups';
import { type Drill, type Failure, failures } from './drill.ts';
import { workloads } from './store-clients/workloads.ts';

const failureNames = Object.keys(failures) as Failure[];
/** Whose drills are held again and again: both ways of following, with clients that cost little. */
const oftenDrilled = ['shop', 'registry'];

/** The ways in which a group can lose a store: each of its copies, and the authority wiped where documents bring it back. */
function lossesOf({ name: group, follower, replicas }: Group): Omit<Drill, 'failure'>[] {
  return [
    ...(follower === undefined ? [] : [{ group, role: 'follower' as const }]),
    { group, role: 'authority' },
    ...replicas.map(({ store }) => ({ group, role: 'replica' as const, replica: store })),
    ...(follower?.structure === 'documents' ? [{ group, role: 'authority' as const, wiped: true }] : []),
  ];
}

/** Every way of failing of every copy, in the groups that clients write to. A store is wiped when it is dead. */
export function everyDrill(groups: readonly Group[]): readonly Drill[] {
  const losses = groups.filter(({ name }) => name in workloads).flatMap(lossesOf);
  return failureNames.flatMap((failure) =>
    losses
      .filter(({ wiped }) => wiped !== true || failure === 'kill')
      .map((loss): Drill => ({ ...loss, failure })),
  );
}

/** One of each kind of loss: enough to see that the deployed parts work together. */
export const shortDrills: readonly Drill[] = [
  { group: 'shop', role: 'follower', failure: 'kill' },
  { group: 'ledger', role: 'follower', failure: 'kill' },
  { group: 'shop', role: 'authority', failure: 'kill', wiped: true },
  { group: 'predictions', role: 'authority', failure: 'kill' },
];

/** Drills of which name all of the words that were asked for. */
export function drillsNamed(words: readonly string[], groups: readonly Group[]): readonly Drill[] {
  return everyDrill(groups).filter(({ group, role, replica = '', failure, wiped }) => {
    const named = [group, role, replica, failure, wiped === true ? 'wiped' : ''];
    return words.every((word) => named.includes(word));
  });
}

/** Drills that can be held at once: the same loss in different groups. */
export function roundsOf(drills: readonly Drill[]): readonly (readonly Drill[])[] {
  const rounds = new Map<string, Drill[]>();
  for (const drill of drills) {
    const { role, replica = '', failure, wiped = false } = drill;
    const loss = `${role} ${replica} ${failure} ${wiped}`;
    rounds.set(loss, [...(rounds.get(loss) ?? []), drill]);
  }
  return [...rounds.values()];
}

/** The long set: an authority and a follower of those that are drilled often failing in each way `times` times, at once; before them the rest, once. */
export function longRounds(groups: readonly Group[], times: number): readonly (readonly Drill[])[] {
  const isOften = ({ group, role, wiped }: Drill) =>
    oftenDrilled.includes(group) && role !== 'replica' && wiped !== true;
  const all = everyDrill(groups);
  const often = roundsOf(all.filter(isOften));
  const isWiped = ([first]: readonly Drill[]) => first?.wiped === true;
  const once = roundsOf(all.filter((drill) => !isOften(drill)));
  // A rebuild takes as long as there are records, and each round leaves some.
  const ordered = [...once.filter(isWiped), ...once.filter((round) => !isWiped(round))];
  return [...ordered, ...Array.from({ length: times }, () => often).flat()];
}
