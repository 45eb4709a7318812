import { generateKeyPairSync, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { consensus } from '@layers/contract/consensus';
import { outcomeText } from '@layers/domain/consensus/claims';
import { modelNamed } from '@layers/domain/models/choose-model';
import { signText } from '@layers/http/claims';
import { deriveKey, publicKeyOf } from '@layers/http/derived-keys';
import { lookupAddresses } from '@layers/http/outbound-address';
import { serve } from '@layers/http/serve';
import { signRequest } from '@layers/http/signed-request';
import { readCatalogue } from '@layers/onnx-runtime/catalogue';
import { modelsFolder } from '@layers/onnx-runtime/models-folder';
import { onnxPredictor } from '@layers/onnx-runtime/predictor';
import { closeLate } from '../../../../functions/consensus/close-late.ts';
import type { ConsensusParts } from '../../../../functions/consensus/consensus-parts.ts';
import { consensusHandlers } from '../../../../functions/consensus/handlers.ts';
import { answerFounders } from '../../../../functions/models/answer-founders.ts';
import { serveMember } from '../../../../infra/members/serve-member.ts';
import { answerOf } from '../../http/event.ts';
import { MemoryGroup } from '../memory-group.ts';

const catalogue = readCatalogue(modelsFolder);
const predictor = onnxPredictor(modelsFolder);

export const newKey = (): KeyObject => generateKeyPairSync('ed25519').privateKey;

/** A member in this process, over real HTTP; how it behaves can be changed while it runs. */
export async function startMember(model: string) {
  const key = newKey();
  const card = modelNamed(catalogue, model);
  const at = { host: '127.0.0.1', port: 0 };
  return { key, ...(await serveMember({ card, predictor, key, consensusKey: undefined, ...at })) };
}

interface Sent {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The consensus over records in memory and real models, with a clock that tests may move. */
export function openConsensus(overrides: Partial<ConsensusParts> = {}) {
  const oracle = newKey();
  const clock = { aheadMs: 0 };
  const seed = randomBytes(32).toString('hex');
  const own = deriveKey(seed, 'consensus');
  const answer = answerFounders(catalogue, predictor, randomUUID);
  const parts: ConsensusParts = {
    readAssessed: () => [],
    catalogue,
    consensus: new MemoryGroup(),
    predictions: new MemoryGroup(),
    askFounders: (payload) => answer(payload),
    outbound: { networks: ['127.0.0.0/8'], lookup: lookupAddresses },
    keys: () =>
      Promise.resolve({
        own,
        publicKey: publicKeyOf(own),
        founder: (name) => {
          const key = deriveKey(seed, name);
          return { key, publicKey: publicKeyOf(key) };
        },
      }),
    oracleKey: publicKeyOf(oracle),
    stakes: { stakes: () => Promise.resolve(undefined) },
    now: () => Date.now() + clock.aheadMs,
    newSalt: () => randomBytes(16).toString('base64url'),
    ...overrides,
  };
  const handler = serve('consensus', consensus, consensusHandlers(parts));
  const send = (operation: keyof typeof consensus, { path, query, headers, body }: Sent = {}) =>
    answerOf(handler, {
      method: consensus[operation].method,
      resource: consensus[operation].path,
      ...(path === undefined ? {} : { path }),
      query: Object.fromEntries(Object.entries(query ?? {}).map(([name, value]) => [name, [value].flat()])),
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const signed = (key: KeyObject, method: string, path: string, body: unknown) => ({
    'tandem-signature': signRequest(key, { method, path, body }, parts.now()),
  });
  const join = (key: KeyObject, fields: object) => {
    const body = { dataset: 'iris', protocol: 'committed', publicKey: publicKeyOf(key), ...fields };
    return send('joinConsensus', { body, headers: signed(key, 'POST', '/consensus/members', body) });
  };
  const leave = (key: KeyObject, dataset: string, name: string) =>
    send('leaveConsensus', {
      path: { dataset, name },
      headers: signed(key, 'DELETE', `/consensus/members/${dataset}/${name}`, null),
    });
  const predict = (body: object = {}) =>
    send('openPrediction', { body: { dataset: 'iris', inputs: flower, ...body } });
  const judge = (id: string, truth: string | number, by: KeyObject = oracle) =>
    send('reportOutcome', {
      path: { id },
      body: { truth, signature: signText(by, outcomeText({ predictionId: id, truth })) },
    });
  return { parts, clock, oracle, send, join, leave, predict, judge, tick: closeLate(parts) };
}

const flower = { sepalLengthCm: 6.1, sepalWidthCm: 2.8, petalLengthCm: 4.9, petalWidthCm: 1.7 };
export const asked = Object.fromEntries(Object.entries(flower).map(([name, value]) => [name, String(value)]));

export interface ShownMember {
  readonly name: string;
  readonly weight: number;
  readonly status: string;
  readonly detail?: string;
}
export const membersOf = (json: Record<string, unknown>) =>
  ((json.consensus ?? json) as { members: ShownMember[] }).members;
export const memberNamed = (json: Record<string, unknown>, name: string) =>
  membersOf(json).find((member) => member.name === name);
