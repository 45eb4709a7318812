import { ApiProblem } from '@layers/contract/client';
import { groups } from '@layers/domain/redundancy/groups';
import { noticed, readAgain } from './connection.ts';
import { type Failure, failureOf } from './failure.ts';
import { observable } from './observable.ts';

/** A write of this page, as it was answered. */
export interface Happened {
  readonly id: number;
  readonly at: Date;
  readonly what: string;
  readonly request: string;
  readonly ms: number;
  readonly attempts: number;
  readonly status: number | undefined;
  /** `Mirror:` of the answer: synced, degraded or stale. */
  readonly mirror: string | undefined;
  readonly etag: string | undefined;
  readonly group: string;
  /** The record that was written, as `GET /redundancy/{entity}/{key}` names it, where there is one. */
  readonly record: string | undefined;
  readonly failure: Failure | undefined;
}

const keptMax = 40;
export const happened = observable<readonly Happened[]>([]);

/** The answers that say nothing of the write's fate, or that it may be sent again as it is. */
const mayRepeat = (error: unknown) => {
  const { down, code } = failureOf(error);
  return down || code === 'outcome-unknown' || code === 'unavailable';
};

const attemptsMax = 4;

function pauseMsOf(error: unknown, attempt: number): number {
  const seconds = error instanceof ApiProblem ? Number(error.headers.get('retry-after') ?? '0') : 0;
  return Math.min(Math.max(seconds * 1_000, 250 * 2 ** attempt), 5_000);
}

interface Answered {
  readonly status: number;
  readonly headers: Headers;
}

export interface Write<A extends Answered> {
  readonly what: string;
  /** Method and path, as one would write it in curl. */
  readonly request: string;
  readonly group: string;
  /** The same for every attempt: one key, one effect. */
  readonly key: string;
  readonly send: (headers: { readonly 'idempotency-key': string }) => Promise<A>;
  readonly recordOf?: (answer: A) => string | undefined;
}

export type Outcome<A> = { readonly answer: A } | { readonly failure: Failure };

let count = 0;

function note(entry: Omit<Happened, 'id' | 'at'>): void {
  count += 1;
  happened.set([{ ...entry, id: count, at: new Date() }, ...happened.get()].slice(0, keptMax));
}

/** Sends a write until its outcome is known, at most `attemptsMax` times with one key, and notes what happened. */
export async function write<A extends Answered>(one: Write<A>): Promise<Outcome<A>> {
  const { what, request, group, key, send, recordOf } = one;
  const startedAt = performance.now();
  const base = {
    what,
    request,
    group,
    status: undefined,
    mirror: undefined,
    etag: undefined,
    record: undefined,
  };
  for (let attempts = 1; ; attempts += 1) {
    try {
      const answer = await send({ 'idempotency-key': key });
      const ms = performance.now() - startedAt;
      const mirror = answer.headers.get('mirror') ?? undefined;
      const etag = answer.headers.get('etag') ?? undefined;
      const record = recordOf?.(answer);
      note({ ...base, ms, attempts, status: answer.status, mirror, etag, record, failure: undefined });
      readAgain();
      return { answer };
    } catch (error) {
      if (attempts < attemptsMax && mayRepeat(error)) {
        await new Promise((resolve) => setTimeout(resolve, pauseMsOf(error, attempts)));
        continue;
      }
      const failure = noticed(error);
      note({ ...base, ms: performance.now() - startedAt, attempts, status: failure.status, failure });
      return { failure };
    }
  }
}

/** A new idempotency key. Not `randomUUID`, which a page over plain http to another computer does not have. */
export const newKey = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** How a group's records are kept, for those who look. */
export const groupNamed = (name: string) => groups.find((group) => group.name === name);
