import { setTimeout as sleep } from 'node:timers/promises';
import { ApiProblem } from '@layers/contract/client';

const giveUpAfterMs = 150_000;
const pauseMs = 500;

/** What API Gateway answers for a function that was not there in time, and functions for stores that were not. */
const busyStatuses = [502, 503, 504];

const isBusy = (error: unknown, alsoBusy: string | undefined): boolean =>
  error instanceof ApiProblem &&
  (busyStatuses.includes(error.status) || (alsoBusy !== undefined && error.problem?.code === alsoBusy));

interface Patience {
  /** Called before each repetition. */
  readonly onAgain?: () => unknown;
  /** Another kind of problem that passes by itself. */
  readonly alsoBusy?: string;
}

/**
 * Asks again while the API says that it is too busy, as its problems tell callers to.
 * @param ask may be asked any number of times: by an idempotency key, or a signature that counts once.
 * @throws whatever is no such answer, or still is one after 150 s.
 */
export async function askPatiently<Result>(
  ask: () => Promise<Result>,
  { onAgain, alsoBusy }: Patience = {},
): Promise<Result> {
  const giveUpAt = Date.now() + giveUpAfterMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isBusy(error, alsoBusy) || Date.now() > giveUpAt) throw error;
      onAgain?.();
      await sleep(pauseMs);
    }
  }
}
