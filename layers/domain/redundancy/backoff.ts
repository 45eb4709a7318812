import type { Environment } from './environment.ts';

/**
 * How long to wait before the next attempt, in milliseconds: uniform between 0 and a bound that doubles with each attempt
 * (0, 1, 2 …) up to `retryBackoffMaxMs`. "Full jitter": Brooker, Exponential Backoff and Jitter, AWS, 2015.
 */
export function backoffMs({ random, settings }: Environment, attempt: number): number {
  const { retryJitterMs, retryBackoffMaxMs } = settings;
  return random.below(Math.min(retryBackoffMaxMs, retryJitterMs * 2 ** attempt));
}
