import type { MemberStatus } from '@layers/domain/consensus/compose';
import { memberAnswerBytesMax, memberTimeoutMs } from '@layers/domain/consensus/settings';
import { isProblem } from '@layers/domain/problem';
import { checkAddress, requestPinned } from '@layers/http/outbound-address';
import { signRequest } from '@layers/http/signed-request';
import type { ConsensusParts } from './consensus-parts.ts';

type Failing = Exclude<MemberStatus, 'answered'>;

/** Why there is nothing to read, in words of ours: callers must not see our network through us. */
export interface Failure {
  readonly status: Failing;
  readonly detail: string;
}

/** What a member sent, as JSON, or a failure. */
export type Heard = { readonly latencyMs: number } & (
  | { readonly status: 'answered'; readonly json: unknown }
  | Failure
);

interface MemberCall {
  readonly method: 'GET' | 'POST';
  /** With its query. */
  readonly path: string;
  readonly body?: unknown;
}

function failureOf(error: unknown): Failure {
  if (isProblem(error)) return { status: 'unreachable', detail: 'its address may not be called' };
  const { name } = error as { readonly name?: unknown };
  if (name === 'AbortError' || name === 'TimeoutError')
    return { status: 'late', detail: `no answer within ${memberTimeoutMs} ms` };
  if (name === 'AnswerTooLarge')
    return { status: 'too-large', detail: `more than ${memberAnswerBytesMax} bytes came` };
  return { status: 'unreachable', detail: 'it cannot be reached' };
}

function judgeResponse(status: number, body: string): Failure | { readonly json: unknown } {
  if (status >= 300 && status < 400)
    return { status: 'redirected', detail: 'it redirects, which is not followed' };
  if (status !== 200) return { status: 'refused', detail: `it answered with status ${status}` };
  try {
    return { json: JSON.parse(body) as unknown };
  } catch {
    return { status: 'not-json', detail: 'what came is not JSON' };
  }
}

async function send({ outbound, keys, now }: ConsensusParts, url: string, call: MemberCall) {
  const startedAt = performance.now();
  const address = await checkAddress(url, outbound);
  const { method, path, body } = call;
  const signature = signRequest((await keys()).own, { method, path, body: body ?? null }, now());
  const left = memberTimeoutMs - (performance.now() - startedAt);
  return requestPinned(
    address,
    {
      method,
      path,
      headers: {
        accept: 'application/json',
        'tandem-signature': signature,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    },
    { timeoutMs: Math.max(1, Math.ceil(left)), bytesMax: memberAnswerBytesMax },
  );
}

/** Calls a member within its deadline, signed by the consensus. Never throws: whatever it does is its own status. */
export async function callMember(parts: ConsensusParts, url: string, call: MemberCall): Promise<Heard> {
  const startedAt = performance.now();
  const after = () => Math.round((performance.now() - startedAt) * 10) / 10;
  try {
    const { status, body } = await send(parts, url, call);
    const judged = judgeResponse(status, body);
    return 'json' in judged
      ? { status: 'answered', json: judged.json, latencyMs: after() }
      : { ...judged, latencyMs: after() };
  } catch (error) {
    return { ...failureOf(error), latencyMs: after() };
  }
}
