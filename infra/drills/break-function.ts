import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import {
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  type LambdaClient,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';

/** `crash`: a release whose handler does not exist. `hang`: its stores never answer. */
export const failures = ['crash', 'hang'] as const;
export type Failure = (typeof failures)[number];

/** A deployed function that was broken for real, and how to mend it. */
export interface BrokenFunction {
  readonly what: string;
  readonly mend: () => Promise<void>;
}

const updateWithinSeconds = 60;

async function update(
  client: LambdaClient,
  FunctionName: string,
  change: Pick<FunctionConfiguration, 'Handler'> & { Environment: { Variables: Record<string, string> } },
): Promise<void> {
  await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...change }));
  await waitUntilFunctionUpdatedV2(
    { client, maxWaitTime: updateWithinSeconds, minDelay: 0.2, maxDelay: 1 },
    { FunctionName },
  );
}

/** A port of this machine that takes connections and never says a word. */
async function openBlackHole(): Promise<{ server: Server; url: string }> {
  const server = createServer((socket) => socket.on('error', () => socket.destroy()).resume());
  server.unref();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Breaks a function by its configuration alone, as a bad release does. */
export async function breakFunction(
  client: LambdaClient,
  name: string,
  failure: Failure,
): Promise<BrokenFunction> {
  const before = await client.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
  const Variables = before.Environment?.Variables ?? {};
  const Handler = before.Handler ?? '';
  const restore = () => update(client, name, { Handler, Environment: { Variables } });
  if (failure === 'crash') {
    await update(client, name, { Handler: 'index.handlerWithATypo', Environment: { Variables } });
    return { what: 'its new release names a handler that does not exist', mend: restore };
  }
  const hole = await openBlackHole();
  const AWS_ENDPOINT_URL = hole.url;
  await update(client, name, { Handler, Environment: { Variables: { ...Variables, AWS_ENDPOINT_URL } } });
  const mend = async () => {
    await restore();
    hole.server.close();
  };
  return { what: 'its stores take its connections and never answer', mend };
}
