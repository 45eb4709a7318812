import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { member as memberRows } from '@layers/contract/member';
import type { ModelCard } from '@layers/domain/models/card';
import type { Predictor } from '@layers/domain/models/predictor';
import type { WriteLine } from '@layers/http/log';
import { makeNodeServer } from '@layers/http/node-server';
import { serve } from '@layers/http/serve';
import { behaviourNamed } from './behaviours.ts';
import { memberHandlers } from './member-handlers.ts';

/** What is under way when a member ends is answered, but none waits longer. */
const drainWithinMs = 3_000;

interface Serving {
  readonly card: ModelCard;
  readonly predictor: Predictor;
  readonly key: KeyObject;
  /** The key of the consensus; `undefined`: anybody may ask for commitments and reveals. */
  readonly consensusKey: string | undefined;
  /** An IPv4 address of this machine. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Takes the lines of its log; the process's output unless told. */
  readonly write?: WriteLine;
}

export interface ServedMember {
  readonly url: string;
  /** From now on: the name of an entry of `behaviours`. It begins honestly. */
  readonly behave: (name: string) => void;
  readonly stop: () => Promise<void>;
}

/** One model as a member over plain node:http. @throws Error if the port cannot be listened on. */
export async function serveMember(serving: Serving): Promise<ServedMember> {
  const { key, predictor, host } = serving;
  let behaviour = behaviourNamed('honest');
  const stranger = generateKeyPairSync('ed25519').privateKey;
  const handlers = memberHandlers({
    card: serving.card,
    predictor: {
      predict: async (...asked) => {
        const output = await predictor.predict(...asked);
        return behaviour.answer?.(output) ?? output;
      },
    },
    key,
    signingKey: () => (behaviour.forges === true ? stranger : key),
    revealed: (answer) => behaviour.reveal?.(answer) ?? answer,
    consensusKey: serving.consensusKey,
    newId: randomUUID,
    now: Date.now,
  });
  const honest = serve('member', memberRows, handlers, undefined, undefined, serving.write);
  const { server, drain } = makeNodeServer(
    (event, context) => (behaviour.respond?.(honest) ?? honest)(event, context),
    memberRows,
    (error) => console.error(error),
  );
  server.listen(serving.port, host);
  await once(server, 'listening');
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    behave: (name) => {
      behaviour = behaviourNamed(name);
    },
    stop: () => drain(drainWithinMs),
  };
}
