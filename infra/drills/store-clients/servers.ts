import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeClient } from '@layers/contract/client';
import { registry } from '@layers/contract/registry';
import { Registration } from '../../servers/registration.ts';
import {
  attempt,
  newRun,
  pauseMs,
  readAllOn,
  timeoutMs,
  type Workload,
  type Write,
  workload,
  writeOn,
} from './workload.ts';

const writers = 4;
const everyMs = 600;
const registerAttemptsMax = 20;

/** The registry asks within a second whether a server is well: on a busy machine one answers late. */
async function registerSoon(registration: Registration): Promise<void> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      await registration.register();
      return;
    } catch (error) {
      if (attempts === registerAttemptsMax) throw error;
      await sleep(pauseMs);
    }
  }
}

/** Servers that say they are alive, and one client who asks which are. */
export async function startServers(apiUrl: string): Promise<Workload> {
  const client = makeClient(registry, { baseUrl: apiUrl, timeoutMs });
  const running = newRun();
  const url = apiUrl.replace('/tandem/', '/tandem-alpha/');
  const run = randomUUID().slice(0, 8);
  const servers = await Promise.all(
    Array.from({ length: writers }, async (_, index) => {
      const { privateKey } = generateKeyPairSync('ed25519');
      const id = `drill-${run}-${index}`;
      const registration = new Registration({
        ...{ id, url, capacity: 1, privateKey, registryUrl: apiUrl, token: undefined },
      });
      await registerSoon(registration);
      return { id, registration };
    }),
  );
  /** A lost one is not repeated: the next one says more. */
  const beats = ({ id, registration }: (typeof servers)[number]) => {
    let load = 0;
    const beat: Write = async () => {
      load += 1;
      const counter = load;
      const done = await attempt(running, 'write', async () => registration.renew(counter));
      if (done === undefined) return undefined;
      const { mirror, answer } = done;
      // A lease that lapsed meanwhile is a registration, which says nothing of the load.
      const least = answer.outcome === 'renewed' ? counter : 0;
      return [{ recordId: `servers/${id}`, fields: { id, url }, counter: least, mirror, atMs: Date.now() }];
    };
    return () => beat;
  };
  const look = () => attempt(running, 'read', () => client.listServers());
  const loops = [
    ...servers.map((server) => writeOn(running, beats(server), everyMs)),
    ...readAllOn(running, look),
  ];
  const audit = async () => {
    await Promise.all(servers.map(({ registration }) => registration.leave().catch(() => undefined)));
    return [];
  };
  return workload(running, loops, audit);
}
