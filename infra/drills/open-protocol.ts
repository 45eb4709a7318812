import { randomUUID } from 'node:crypto';
import type { Context } from '@layers/domain/redundancy/context';
import type { Environment, RedundancyEvent } from '@layers/domain/redundancy/environment';
import { createContext } from '@layers/domain/redundancy/mirror';
import { dynamodbClient } from '@layers/stores/clients';
import { readEnvironment, type StateNames } from '@layers/stores/environment';
import { redundancyEnvironment } from '@layers/stores/redundancy-environment';
import { DynamodbRedundancyLog } from '@layers/stores/redundancy-log';
import { Turns } from '@layers/stores/turns';
import { functionVariables } from '../servers/function-variables.ts';

export interface OpenProtocol {
  readonly env: Environment;
  readonly names: StateNames;
  readonly log: DynamodbRedundancyLog;
  readonly turns: Turns;
  readonly contextOf: (group: string) => Context;
}

/**
 * The redundancy protocol over the stores of the running emulator, in this process: for commands and drills. Its
 * requests go around the fault proxy. It puts the functions' variables into this process's environment.
 */
export async function openProtocol(
  endpoint: string,
  report: (event: RedundancyEvent) => void = () => undefined,
): Promise<OpenProtocol> {
  Object.assign(process.env, await functionVariables(endpoint, 'tandem-redundancy'));
  const names = readEnvironment();
  const env = redundancyEnvironment(names, report, () => undefined);
  const log = new DynamodbRedundancyLog(dynamodbClient(), names.logTable);
  const turns = new Turns(dynamodbClient(), names.logTable, randomUUID(), Date.now);
  return { env, names, log, turns, contextOf: (group) => createContext(env, group, names.groups) };
}
