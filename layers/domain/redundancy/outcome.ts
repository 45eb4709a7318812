import { Problem } from '../problem.ts';

/** Never a plain error for something that may have happened. */
export function outcomeUnknown(failure: unknown, cause: unknown): Problem {
  const detail = `Whether this was written cannot be told: ${String(failure)}. Send it again with the same Idempotency-Key.`;
  return new Problem('outcome-unknown', detail, { retryAfterSeconds: 1, cause: cause ?? failure });
}
