import { createHash } from 'node:crypto';
import type { RouteRow } from '@layers/contract/route';
import { canonicalJson } from '@layers/domain/canonical-json';
import type { Idempotency } from '@layers/domain/redundancy/transaction';
import { randomText } from './random.ts';

const digest = (value: unknown) => createHash('sha256').update(canonicalJson(value)).digest();

/** What makes two requests the same one, beside the key: method, route, path parameters and who calls. */
interface Write {
  readonly path?: unknown;
  readonly headers: { readonly 'idempotency-key'?: string | undefined };
  readonly body?: unknown;
}

export interface RequestIdentity {
  readonly idempotency: Idempotency | undefined;
  /** 128 bits in base64url for the id of what the request makes: the same again for the same key, else at random. */
  readonly newId: string;
}

/** Identity of a write by its `Idempotency-Key`, if it has one (draft-ietf-httpapi-idempotency-key-header). */
export function identifyWrite(
  { method, path: route }: Pick<RouteRow, 'method' | 'path'>,
  { path, headers, body }: Write,
  { principal }: { readonly principal: string },
): RequestIdentity {
  const key = headers['idempotency-key'];
  if (key === undefined) return { idempotency: undefined, newId: randomText(16, 'base64url') };
  const id = digest({ method, route, path, principal, key });
  return {
    idempotency: { id: id.toString('base64url'), payloadHash: digest(body ?? null).toString('base64url') },
    newId: createHash('sha256').update(id).update('id').digest().subarray(0, 16).toString('base64url'),
  };
}
