import { once } from 'node:events';
import { createWriteStream, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { itemsPortFileOf } from '../localstack/settings.ts';
import { apiUrlAt } from '../state-file.ts';
import { makeFaultProxy } from './fault-proxy.ts';
import { Faults } from './faults.ts';
import { makeLabApi } from './lab-api.ts';
import { LabRounds } from './lab-rounds.ts';
import { type Places, readPlaces } from './places.ts';

/** What the functions' runtime needs to know to send its requests through the proxy while a fault is in force. */
interface Diversion {
  /** It exists while a fault is in force. */
  readonly flagFile: string;
  readonly proxyPort: number;
}

export interface RunningFaults {
  readonly labUrl: string;
  readonly diversion: Diversion;
  readonly close: () => void;
}

/** That of DynamoDB Local, once it is started. */
export function readItemsPort(stateFolder: string): number | undefined {
  const file = itemsPortFileOf(stateFolder);
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
}

async function listen(server: Server): Promise<number> {
  // It ends with the process that supervises the emulator, and keeps nobody alive.
  server.unref().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/**
 * The fault proxy and its API, in the process that supervises the emulator: no process of their own could be left
 * behind. The proxy is in nobody's way until a fault is set.
 */
export async function startFaults(emulatorPort: number, stateFolder: string): Promise<RunningFaults> {
  const flagFile = join(stateFolder, 'faults-in-force');
  const endpoint = `http://127.0.0.1:${emulatorPort}`;
  rmSync(flagFile, { force: true });
  let places: Promise<Places> | undefined;
  const faults = new Faults((any) => {
    // What is deployed may have changed since the last time.
    if (any) places ??= readPlaces(endpoint, 'tandem-redundancy');
    else places = undefined;
    if (any) writeFileSync(flagFile, '');
    else rmSync(flagFile, { force: true });
  });
  const proxy = makeFaultProxy({
    emulatorPort,
    itemsPort: () => readItemsPort(stateFolder),
    faults,
    places: () => (places ??= readPlaces(endpoint, 'tandem-redundancy')),
  });
  const log = createWriteStream(join(stateFolder, 'fault-api.log'));
  // A full disk is no reason to end the emulator.
  log.on('error', () => undefined);
  const write = (line: string) => log.write(`${line}\n`);
  const rounds = new LabRounds(apiUrlAt(endpoint), stateFolder, write);
  const api = makeLabApi(faults, rounds, endpoint, write).server;
  const proxyPort = await listen(proxy);
  const labUrl = `http://127.0.0.1:${await listen(api)}`;
  const close = (): void => {
    rounds.close();
    rmSync(flagFile, { force: true });
    for (const server of [proxy, api]) {
      server.close();
      server.closeAllConnections();
    }
    log.end();
  };
  return { labUrl, diversion: { flagFile, proxyPort }, close };
}
