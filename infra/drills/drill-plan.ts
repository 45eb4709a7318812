import { groups } from '@layers/domain/redundancy/groups';
import { type Drill, type Failure, failures } from './store-drill.ts';

const failureNames = Object.keys(failures) as Failure[];
const drilled = ['shop', 'registry'];
const roles = ['follower', 'authority'] as const;

/** Every way of failing × both stores × both structures of followers, and the wiped authority. */
export const everyDrill: readonly Drill[] = [
  ...failureNames.flatMap((failure) =>
    drilled.flatMap((group) => roles.map((role): Drill => ({ group, role, failure }))),
  ),
  ...groups
    .filter(({ name, follower }) => drilled.includes(name) && follower?.structure === 'documents')
    .map(({ name }): Drill => ({ group: name, role: 'authority', failure: 'kill', wiped: true })),
];

/** One of each kind of loss: enough to see that the deployed parts work together. */
export const shortDrills: readonly Drill[] = [
  { group: 'shop', role: 'follower', failure: 'kill' },
  { group: 'shop', role: 'authority', failure: 'kill', wiped: true },
];

/** Drills of which name all of the words that were asked for. */
export function drillsNamed(words: readonly string[]): readonly Drill[] {
  return everyDrill.filter((drill) => {
    const named: readonly string[] = [
      drill.group,
      drill.role,
      drill.failure,
      drill.wiped === true ? 'wiped' : '',
    ];
    return words.every((word) => named.includes(word));
  });
}
