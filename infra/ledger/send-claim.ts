import type { KeyObject } from 'node:crypto';
import { ApiProblem, makeClient } from '@layers/contract/client';
import { consensus } from '@layers/contract/consensus';
import { staking } from '@layers/contract/staking';
import { claimPaths } from '@layers/domain/staking/claims';
import { publicKeyOf } from '@layers/http/derived-keys';
import { signRequest } from '@layers/http/signed-request';
import { askPatiently } from '../ask-patiently.ts';
import { trustedKey } from '../key-files.ts';

const timeoutMs = 30_000;
/** How far back a claim is looked for whose answer was lost. */
const entriesBack = 20;
const apiOf = (apiUrl: string) => makeClient(staking, { baseUrl: apiUrl, timeoutMs });

interface SignedHeaders {
  readonly 'tandem-signature': string;
}
const signedBy = (key: KeyObject, path: string, body: object): SignedHeaders => ({
  'tandem-signature': signRequest(key, { method: 'POST', path, body }, Date.now()),
});

/** The entry that a signed request has become, among the last ones. @throws ApiProblem. */
export async function findEntry(apiUrl: string, headers: SignedHeaders): Promise<number | undefined> {
  const { seq } = (await apiOf(apiUrl).readSupply({})).body;
  const query = { limit: '100', cursor: String(Math.max(0, seq - entriesBack)) };
  const { items } = (await apiOf(apiUrl).listLedger({ query })).body;
  return items.find(
    ({ claim }) => claim !== undefined && headers['tandem-signature'].endsWith(claim.signature),
  )?.seq;
}

/** A signature counts once, so a request whose outcome is unknown is sent again as it is. @returns its entry. */
async function sendOnce(
  apiUrl: string,
  headers: SignedHeaders,
  send: () => Promise<{ readonly body: { readonly seq: number } }>,
): Promise<number> {
  const repetitions: Date[] = [];
  try {
    return (await askPatiently(send, { onAgain: () => repetitions.push(new Date()) })).body.seq;
  } catch (error) {
    const used = repetitions.length > 0 && error instanceof ApiProblem && error.status === 403;
    const seq = used ? await findEntry(apiUrl, headers) : undefined;
    if (seq === undefined) throw error;
    return seq;
  }
}

/** Opens a data set's books with the deployment's own models as founders. @returns the entry and who they are. @throws ApiProblem. */
export async function openBooks(apiUrl: string, dataset: string) {
  const members = makeClient(consensus, { baseUrl: apiUrl, timeoutMs });
  const { items } = (await members.listMembers({ query: { dataset } })).body;
  const founders = items.filter(({ founder }) => founder).map(({ publicKey }) => publicKey);
  const body = { dataset, founders };
  const headers = signedBy(trustedKey('operator'), claimPaths.open, body);
  const seq = await sendOnce(apiUrl, headers, () => apiOf(apiUrl).openBooks({ headers, body }));
  return { seq, founders };
}

/** Micro-units for a key, signed by this laptop's operator. It counts once, however often it is sent. */
export function signCredit(publicKey: string, amount: string) {
  const body = { publicKey, amount };
  return { headers: signedBy(trustedKey('operator'), claimPaths.deposit, body), body };
}

/** Credits micro-units to a key, as this laptop's operator. @returns the entry. @throws ApiProblem. */
export async function creditKey(apiUrl: string, publicKey: string, amount: string): Promise<number> {
  const credit = signCredit(publicKey, amount);
  return sendOnce(apiUrl, credit.headers, () => apiOf(apiUrl).deposit(credit));
}

/** Puts settled micro-units at stake. @returns the entry. @throws ApiProblem. */
export async function stakeAs(apiUrl: string, key: KeyObject, dataset: string, amount: string) {
  const body = { dataset, publicKey: publicKeyOf(key), amount };
  const headers = signedBy(key, claimPaths.stake, body);
  return sendOnce(apiUrl, headers, () => apiOf(apiUrl).stake({ headers, body }));
}

/** Takes a stake out: unlocked after 21 settled rounds. @returns the entry. @throws ApiProblem. */
export async function leaveStakeAs(apiUrl: string, key: KeyObject, dataset: string) {
  const body = { dataset, publicKey: publicKeyOf(key) };
  const headers = signedBy(key, claimPaths.leave, body);
  return sendOnce(apiUrl, headers, () => apiOf(apiUrl).leaveStake({ headers, body }));
}

/** Withdraws settled micro-units. @returns the entry. @throws ApiProblem. */
export async function withdrawAs(apiUrl: string, key: KeyObject, amount: string) {
  const body = { publicKey: publicKeyOf(key), amount };
  const headers = signedBy(key, claimPaths.withdraw, body);
  return sendOnce(apiUrl, headers, () => apiOf(apiUrl).withdraw({ headers, body }));
}

/** What a key has. @throws ApiProblem. */
export const readAccount = async (apiUrl: string, id: string) =>
  (await apiOf(apiUrl).readStakingAccount({ path: { id } })).body;

/** Both sides of the invariant. @throws ApiProblem. */
export const readSupply = async (apiUrl: string) => (await apiOf(apiUrl).readSupply({})).body;

/** Settles what is over. @returns the entries that were made. @throws ApiProblem. */
export const settleNow = async (apiUrl: string, dataset: string) =>
  (await askPatiently(() => apiOf(apiUrl).settleRounds({ body: { dataset } }))).body.settled;
