import type { KeyObject } from 'node:crypto';
import { makeClient } from '@layers/contract/client';
import { consensus } from '@layers/contract/consensus';
import type { Protocol } from '@layers/domain/consensus/member';
import { publicKeyOf } from '@layers/http/derived-keys';
import { signRequest } from '@layers/http/signed-request';

export interface Joining {
  readonly apiUrl: string;
  readonly name: string;
  readonly dataset: string;
  readonly url: string;
  readonly model?: string;
  readonly protocol: Protocol;
  readonly key: KeyObject;
  /** Sent where the deployment asks for tokens. */
  readonly token?: string | undefined;
}

const clientOf = ({ apiUrl, token }: Pick<Joining, 'apiUrl' | 'token'>) =>
  makeClient(consensus, {
    baseUrl: apiUrl,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    timeoutMs: 30_000,
  });

const signed = (key: KeyObject, method: string, path: string, body: unknown) => ({
  'tandem-signature': signRequest(key, { method, path, body }, Date.now()),
});

/** @returns the member as the group sees it. @throws ApiProblem. */
export async function joinAs(joining: Joining) {
  const { name, dataset, url, model, protocol, key } = joining;
  const publicKey = publicKeyOf(key);
  const body = { name, dataset, url, publicKey, protocol, ...(model === undefined ? {} : { model }) };
  const headers = signed(key, 'POST', '/consensus/members', body);
  return (await clientOf(joining).joinConsensus({ headers, body })).body;
}

/** @throws ApiProblem. */
export async function leaveAs(
  leaving: Pick<Joining, 'apiUrl' | 'name' | 'dataset' | 'key' | 'token'>,
): Promise<void> {
  const { name, dataset, key } = leaving;
  const headers = signed(key, 'DELETE', `/consensus/members/${dataset}/${name}`, null);
  await clientOf(leaving).leaveConsensus({ path: { dataset, name }, headers });
}

/** The key by which members know that it is the consensus who asks. @throws ApiProblem. */
export const readConsensusKey = async (of: Pick<Joining, 'apiUrl' | 'token'>): Promise<string> =>
  (await clientOf(of).readConsensus()).body.publicKey;
