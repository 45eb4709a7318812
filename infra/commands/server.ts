import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { server as serverRows } from '@layers/contract/server';
import { serverIdPattern } from '@layers/domain/registry/server';
import { makeNodeServer, type NodeServer } from '@layers/http/node-server';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { parseAddress, parseEndpoint, parsePort, runCommand } from '../emulator/command-line.ts';
import { stateFolderFrom } from '../emulator/paths.ts';
import { apiUrlAt, readState } from '../emulator/state-file.ts';
import { interruption } from '../interruption.ts';
import { keyOf } from '../key-files.ts';
import { functionVariables } from '../servers/function-variables.ts';
import { Registration } from '../servers/registration.ts';

const usage = `
npm run server [-- options]
  Serves the shop from a process of its own, over the same stores as the running npm start; registers itself, sends
  heartbeats, and leaves the registry on Ctrl-C, after the requests under way were answered.

  --endpoint URL    of the npm start to belong to, if it is another computer's: http://192.168.1.7:4566
  --port N          the port to answer on (5002)
  --listen ADDRESS  the address to listen on (127.0.0.1)
  --url URL         where clients reach it, if not there
  --id NAME         its id in the registry (server-<port>)
  --capacity N      relative to other servers (1)
`;

const options = {
  port: { type: 'string', default: '5002' },
  listen: { type: 'string', default: '127.0.0.1' },
  endpoint: { type: 'string' },
  url: { type: 'string' },
  id: { type: 'string' },
  capacity: { type: 'string', default: '1' },
} as const;

const drainWithinMs = 10_000;
const retryMs = 2_000;

/** The shop's handler over the stores of the running emulator: the very code that runs behind the gateway. */
async function loadHandler(endpoint: string) {
  Object.assign(process.env, await functionVariables(endpoint, 'tandem-alpha'));
  return (await import('../../functions/shop/server-entry.ts')).handler;
}

async function listen({ server }: NodeServer, port: number, host: string): Promise<number> {
  server.listen(port, host);
  await once(server, 'listening').catch((error: unknown) => {
    throw new CommandFailure({
      what: `Port ${port} of ${host} cannot be listened on.`,
      why: error instanceof Error ? error.message : String(error),
      next: 'npm run server -- --port 5003',
    });
  });
  return (server.address() as AddressInfo).port;
}

const describe = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Until `stop`: a lost heartbeat is said and tried again soon, a lost lease is taken anew. */
async function keepRegistered(
  registration: Registration,
  load: () => number,
  stop: AbortSignal,
): Promise<void> {
  let [everyMs, registered] = [retryMs, false];
  while (!stop.aborted) {
    try {
      if (registered) {
        if ((await registration.renew(load())).outcome === 'registered')
          console.log('The lease had lapsed: registered anew.');
      } else {
        const { generation, heartbeatMs } = await registration.register();
        [everyMs, registered] = [heartbeatMs, true];
        console.log(`Registered, generation ${generation}; a heartbeat each ${heartbeatMs / 1000} s.`);
      }
    } catch (error) {
      console.log(`The registry did not take it, trying again: ${describe(error)}`);
    }
    await sleep(everyMs, undefined, { signal: stop }).catch(() => undefined);
  }
  if (registered) await registration.leave();
}

function parseId(text: string): string {
  if (serverIdPattern.test(text)) return text;
  throw new CommandFailure({
    what: `--id ${text} is not the id of a server.`,
    why: 'It takes a-z, 0-9 and hyphens, at most 63.',
    next: 'npm run server -- --id my-server',
  });
}

function parseCapacity(text: string): number {
  const capacity = Number(text);
  if (Number.isInteger(capacity) && capacity >= 1 && capacity <= 1_000) return capacity;
  throw new CommandFailure({
    what: `--capacity ${text} is not a whole number from 1 to 1000.`,
    next: 'npm run server -- --capacity 2',
  });
}

function endpointOf(given: string | undefined): string {
  if (given !== undefined) return parseEndpoint(given);
  const run = readState(stateFolderFrom(process.env));
  if (run !== undefined) return run.endpoint;
  throw new CommandFailure({
    what: 'No tandem is running here to share stores with.',
    next: "npm start -- --detach\nor, with another computer's: npm run server -- --endpoint http://192.168.1.7:4566",
  });
}

await runCommand(usage, options, async ({ values }) => {
  const endpoint = endpointOf(values.endpoint);
  const stop = interruption();
  const served = makeNodeServer(await loadHandler(endpoint), serverRows, (error) => console.error(error));
  const host = parseAddress(values.listen);
  const port = await listen(served, parsePort(values.port), host);
  const url = values.url ?? `http://${host}:${port}`;
  const id = parseId(values.id ?? `server-${port}`);
  console.log(`Serving the shop as ${id} at ${url}`);
  const registration = new Registration({
    id,
    url,
    capacity: parseCapacity(values.capacity),
    registryUrl: apiUrlAt(endpoint),
    privateKey: keyOf(join(stateFolderFrom(process.env), 'server-keys'), id),
    token: process.env.TANDEM_TOKEN,
  });
  await keepRegistered(registration, served.load, stop);
  console.log('Left the registry; answering what is under way.');
  await served.drain(drainWithinMs);
  return 0;
});
