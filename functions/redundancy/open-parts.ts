import { randomBytes } from 'node:crypto';
import type { RedundancyEvent } from '@layers/domain/redundancy/environment';
import { createContext } from '@layers/domain/redundancy/mirror';
import { makeLog } from '@layers/http/log';
import { currentTrace, traceIdOf } from '@layers/http/trace';
import { dynamodbClient } from '@layers/stores/clients';
import { readEnvironment } from '@layers/stores/environment';
import { readyOf } from '@layers/stores/open-group';
import { redundancyEnvironment } from '@layers/stores/redundancy-environment';
import { DynamodbRedundancyLog } from '@layers/stores/redundancy-log';
import { Turns } from '@layers/stores/turns';
import { eventKeeper } from './event-keeper.ts';
import type { TaskParts } from './redundancy-parts.ts';

export const lines = makeLog({ function: 'redundancy' });

/** What is copied belongs to the trace of the request that changed it. */
export const traced = (traceparent = currentTrace()) =>
  traceparent === undefined ? {} : { trace: traceIdOf(traceparent) };

/** What every function of this context works with, over the deployment's stores. Once, at its start. */
export function openParts(names = readEnvironment()): TaskParts {
  const client = dynamodbClient();
  const log = new DynamodbRedundancyLog(client, names.logTable);
  const unique = () => randomBytes(9).toString('base64url');
  const events = eventKeeper(log, Date.now, unique);
  const report = (event: RedundancyEvent) => {
    lines.info('redundancy', { ...event, ...traced() });
    events.keep(event);
  };
  const environment = redundancyEnvironment(names, report, currentTrace);
  const contexts = new Map(
    names.groups.map(({ name }) => [name, createContext(environment, name, names.groups)]),
  );
  const readies = new Map([...contexts].map(([name, context]) => [name, readyOf(context)]));
  return {
    contexts,
    ready: async (name) => readies.get(name)?.(),
    log,
    turns: new Turns(client, names.logTable, unique(), Date.now),
    /** What is told of the groups is worth less than the work itself: a silent log is no failure. */
    flush: async () =>
      events.flush().catch((error: unknown) => lines.warn('events were not kept', { error })),
  };
}
