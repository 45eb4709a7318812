/** What went wrong, as far as a caller can act on it. The statuses that go with a kind are known to `layers/http` alone. */
export const problemKinds = [
  'invalid-request',
  'malformed-json',
  'unsupported-media-type',
  'payload-too-large',
  'not-found',
  'method-not-allowed',
  'version-conflict',
  'precondition-failed',
  'precondition-required',
  'idempotency-mismatch',
  'insufficient-stock',
  'limit-reached',
  'empty-cart',
  'mixed-currencies',
  'lease-lapsed',
  'unauthenticated',
  'forbidden',
  'read-only-mode',
  'outcome-conflict',
  'wrong-phase',
  'no-quorum',
  'outcome-unknown',
  'unavailable',
] as const;

export type ProblemKind = (typeof problemKinds)[number];

/** One wrong field: a JSON pointer (RFC 6901) into the request `{path, query, headers, body}`, as `/body/name`. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

export interface ProblemOptions {
  readonly errors?: readonly FieldError[];
  readonly retryAfterSeconds?: number;
  readonly allow?: readonly string[];
  readonly cause?: unknown;
}

/** A failure that the caller can act on. `detail` says what happened, why, and what to do next. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly kind: ProblemKind;
  readonly detail: string;
  readonly errors: readonly FieldError[];
  readonly retryAfterSeconds: number | undefined;
  readonly allow: readonly string[];

  constructor(kind: ProblemKind, detail: string, options: ProblemOptions = {}) {
    super(`${kind}: ${detail}`, { cause: options.cause });
    this.kind = kind;
    this.detail = detail;
    this.errors = options.errors ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.allow = options.allow ?? [];
  }
}

/** By name, not by class: a layer and a function may each hold a copy of the class. */
export function isProblem(error: unknown): error is Problem {
  return error instanceof Error && error.name === 'Problem' && 'kind' in error;
}
