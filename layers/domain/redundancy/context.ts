import type { Circuit } from './circuit.ts';
import type { Environment } from './environment.ts';
import type { Group } from './groups.ts';

/** What every call of a group shares within one process. */
export interface Context {
  readonly env: Environment;
  readonly group: Group;
  readonly circuit: Circuit;
}
