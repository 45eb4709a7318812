import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { modelNamed } from '@layers/domain/models/choose-model';
import { publicKeyOf } from '@layers/http/derived-keys';
import { signRequest } from '@layers/http/signed-request';
import { readCatalogue } from '@layers/onnx-runtime/catalogue';
import { modelsFolder } from '@layers/onnx-runtime/models-folder';
import { onnxPredictor } from '@layers/onnx-runtime/predictor';
import { askPatiently } from '../../infra/ask-patiently.ts';
import { joinAs, leaveAs, readConsensusKey } from '../../infra/members/membership.ts';
import { type ServedMember, serveMember } from '../../infra/members/serve-member.ts';
import { type ApiAnswer, apiUrl, request } from './stack.ts';

const catalogue = readCatalogue(modelsFolder);
const predictor = onnxPredictor(modelsFolder);

export const newKey = (): KeyObject => generateKeyPairSync('ed25519').privateKey;

/** Names of this run alone: a name belongs to its first key for good. */
export const run = Date.now().toString(36);

export interface JoinedMember extends ServedMember {
  readonly key: KeyObject;
  readonly publicKey: string;
  readonly name: string;
  /** Leaves the group and ends. */
  readonly leave: () => Promise<void>;
}

/** A member in this process that has joined the consensus of the emulator, over real HTTP. */
export async function joinMember(model: string, title: string): Promise<JoinedMember> {
  const [key, card, name] = [newKey(), modelNamed(catalogue, model), `${title}-${run}`];
  const consensusKey = await readConsensusKey({ apiUrl });
  const served = await serveMember({ card, predictor, key, consensusKey, host: '127.0.0.1', port: 0 });
  const membership = {
    apiUrl,
    name,
    dataset: card.dataset,
    url: served.url,
    protocol: 'committed',
    key,
  } as const;
  await joinAs(membership);
  const leave = async () => {
    await askPatiently(() => leaveAs(membership)).finally(() => served.stop());
  };
  return { ...served, key, name, publicKey: publicKeyOf(key), leave };
}

/** A request signed by a key, as it is sent. */
const signed = (key: KeyObject, method: string, path: string, body: unknown, at = Date.now()) => ({
  ...(body === null ? {} : { body }),
  headers: { 'tandem-signature': signRequest(key, { method, path, body }, at) },
});

export const postSigned = (
  key: KeyObject,
  path: string,
  body: unknown,
  at = Date.now(),
): Promise<ApiAnswer> => request('POST', path, signed(key, 'POST', path, body, at));
