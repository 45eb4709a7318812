import { stateVariables } from '@layers/stores/environment';
import { functionVariables } from '../../servers/function-variables.ts';

/** Which store and group a table or a bucket of the deployment belongs to. */
export interface Places {
  storeOf(service: string, name: string): string | undefined;
  groupOf(name: string): string | undefined;
  /** The control table and the log, which no fault touches. */
  isExempt(name: string): boolean;
}

interface Place {
  readonly store: string | undefined;
  readonly group: string | undefined;
}

/** As the deployed functions are told by their variables. @throws Error if the function is not there. */
export async function readPlaces(endpoint: string, functionName: string): Promise<Places> {
  const variables = await functionVariables(endpoint, functionName);
  const exempt = new Set<string>();
  const places = new Map<string, Place>();
  for (const each of stateVariables) {
    const name = variables[each.variable];
    if (name === undefined) continue;
    if (each.kind === 'control' || each.kind === 'log') exempt.add(name);
    if (each.kind === 'table') places.set(name, { store: each.store, group: each.group });
    if (each.kind === 'bucket') places.set(name, { store: each.store, group: undefined });
  }
  return {
    storeOf: (_service, name) => places.get(name)?.store,
    groupOf: (name) => places.get(name)?.group,
    isExempt: (name) => exempt.has(name),
  };
}
