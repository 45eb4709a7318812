import { api } from './api.ts';
import { type Failure, failureOf } from './failure.ts';
import { observable } from './observable.ts';
import { tokenAsked } from './token.ts';

/** When the system stopped answering; `undefined` while it answers. */
export const downSince = observable<Date | undefined>(undefined);

/** Counts what makes every view read again: a write of this page, or the system coming back. */
export const pulse = observable(0);

/** How often the system came back: what was known of it before may be gone. */
export const recoveries = observable(0);

export const readAgain = () => pulse.set(pulse.get() + 1);

const retryMs = 2_000;

function back(): void {
  downSince.set(undefined);
  recoveries.set(recoveries.get() + 1);
  readAgain();
}

/** Looks until somebody answers, then lets every view read again. */
async function recover(): Promise<void> {
  while (downSince.get() !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, retryMs));
    try {
      await api.sayHello();
      back();
    } catch (error) {
      if (!failureOf(error).down) back();
    }
  }
}

/** Every failure of a call passes here. */
export function noticed(error: unknown): Failure {
  const failure = failureOf(error);
  if (failure.code === 'unauthenticated') tokenAsked.set(true);
  if (failure.down && downSince.get() === undefined) {
    downSince.set(new Date());
    void recover();
  }
  return failure;
}
