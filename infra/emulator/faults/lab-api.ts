import { lab } from '@layers/contract/lab';
import { Problem } from '@layers/domain/problem';
import { askNobody } from '@layers/http/access';
import { makeLog, type WriteLine } from '@layers/http/log';
import { makeNodeServer, type NodeServer } from '@layers/http/node-server';
import { nowhereAmong } from '@layers/http/nowhere';
import { type Handlers, serve } from '@layers/http/serve';
import { corruptCopy } from './corrupt-copy.ts';
import type { Faults } from './faults.ts';
import type { LabRounds } from './lab-rounds.ts';
import { LabSwitches } from './lab-switches.ts';

/**
 * The lab's rows over plain HTTP, for the `fault` command and the lab function. Bound to loopback; a page of somebody
 * else's cannot use it, since every change is JSON, which a browser asks about first.
 * @param write takes the lines of its log: the process that it is in has a person's terminal
 */
export function makeLabApi(
  faults: Faults,
  rounds: LabRounds,
  endpoint: string,
  write: WriteLine,
): NodeServer {
  const switches = new LabSwitches(endpoint);
  const state = async () => ({
    faults: faults.list().map(({ id, met, fault }) => ({ id, met, fault })),
    queue: { paused: await switches.isQueuePaused() },
    servers: switches.servers(),
    round: rounds.state(),
  });
  const after = async () => ({ status: 200 as const, body: await state() });
  const handlers: Handlers<typeof lab> = {
    readLab: after,
    setFault: ({ body }) => ({ status: 201, body: faults.add(body) }),
    clearFaults: async () => {
      faults.clearAll();
      return after();
    },
    clearFault: async ({ path }) => {
      faults.clear(path.id);
      return after();
    },
    pauseQueue: async ({ body }) => {
      await switches.pauseQueue(body.paused);
      return after();
    },
    corruptCopy: async ({ body }) => ({ status: 200, body: await corruptCopy(endpoint, body) }),
    silenceServer: async ({ path, body }) => {
      await switches.silence(path.id, body.silenced);
      return after();
    },
    inviteToRound: async ({ body }) => {
      rounds.start(body);
      return { status: 202, body: await state() };
    },
    resetLab: async () => {
      faults.clearAll();
      await Promise.all([switches.reset(), rounds.reset()]);
      return after();
    },
  };
  const log = makeLog({ function: 'lab' }, write);
  const rows = Object.values(lab);
  const served = serve('fault-api', lab, handlers, nowhereAmong(rows), askNobody, write);
  const guarded: typeof served = async (event, context) => {
    const host = (event.headers.host ?? '').replace(/:\d+$/, '');
    // A name that somebody else's DNS leads here is not ours.
    if (!['127.0.0.1', 'localhost', '[::1]'].includes(host))
      throw new Problem('forbidden', `The fault API does not answer for ${host}.`);
    return served(event, context);
  };
  return makeNodeServer(guarded, lab, (error) => log.error('the fault API failed', { error }));
}
