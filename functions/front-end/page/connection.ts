import { api } from './api.ts';
import { type Failure, failureOf } from './failure.ts';
import { observable } from './observable.ts';

/** When the system stopped answering; `undefined` while it answers. */
export const downSince = observable<Date | undefined>(undefined);

/** Counts what makes every view read again: a write of this page, or the system coming back. */
export const pulse = observable(0);

export const readAgain = () => pulse.set(pulse.get() + 1);

const retryMs = 2_000;

/** Looks until somebody answers, then lets every view read again. */
async function recover(): Promise<void> {
  while (downSince.get() !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, retryMs));
    try {
      await api.sayHello();
      downSince.set(undefined);
      readAgain();
    } catch (error) {
      if (!failureOf(error).down) downSince.set(undefined);
    }
  }
}

/** Every failure of a call passes here. */
export function noticed(error: unknown): Failure {
  const failure = failureOf(error);
  if (failure.down && downSince.get() === undefined) {
    downSince.set(new Date());
    void recover();
  }
  return failure;
}
