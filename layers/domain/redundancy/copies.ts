import type { Control } from './control.ts';
import { documentFollower } from './document-follower.ts';
import type { Follower } from './follower.ts';
import type { Group, Replica, Structure } from './groups.ts';
import { rowFollower } from './row-follower.ts';

/** Folder of a replica's documents: no era touches it. */
const replicaFolder = 'replica';

/** Another structure is another entry here and a `Follower` of its own. */
const synchronous: Readonly<Record<Structure, (store: string) => Follower>> = {
  rows: (store) => rowFollower(store, true),
  documents: (store) => documentFollower(store, (lease) => String(lease.control.era)),
};

const asynchronous: Readonly<Record<Structure, (store: string) => Follower>> = {
  rows: (store) => rowFollower(store, false),
  documents: (store) => documentFollower(store, () => replicaFolder),
};

/** The synchronous follower that the control row names now; roles may have been swapped since the group was made. */
export function followerOf(group: Group, control: Control): Follower | undefined {
  if (group.follower === undefined || control.follower === undefined) return undefined;
  return synchronous[group.follower.structure](control.follower);
}

export function replicaOf(replica: Replica): Follower {
  return asynchronous[replica.structure](replica.store);
}
