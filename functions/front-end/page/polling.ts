import { useEffect, useRef, useState } from 'preact/hooks';
import { noticed, pulse } from './connection.ts';
import type { Failure } from './failure.ts';

/** What was read last, and why there is nothing newer. */
export interface Polled<T> {
  readonly value: T | undefined;
  readonly failure: Failure | undefined;
  readonly readAt: Date | undefined;
}

const nothing = { value: undefined, failure: undefined, readAt: undefined };

/** How much rarer a page that nobody looks at asks, and the longest pause after failures. */
const hiddenFactor = 10;
const pauseMsMax = 30_000;

function pauseAfter(everyMs: number, failures: number): number {
  const hidden = document.visibilityState === 'hidden' ? hiddenFactor : 1;
  return Math.min(everyMs * hidden * 2 ** Math.min(failures, 6), Math.max(pauseMsMax, everyMs * hidden));
}

/**
 * Reads now, after each write of this page, and every `everyMs`; less often after failures and while hidden. What was read
 * stays when a later read fails.
 * @param key what is read: another key forgets what was shown.
 */
export function usePolled<T>(key: string, read: () => Promise<T>, everyMs: number): Polled<T> {
  const [shown, setShown] = useState<Polled<T> & { readonly key: string }>({ ...nothing, key });
  const latest = useRef(read);
  latest.current = read;
  useEffect(() => {
    let ended = false;
    let running = false;
    let again = false;
    let failures = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const once = async () => {
      try {
        const value = await latest.current();
        failures = 0;
        if (!ended) setShown({ key, value, failure: undefined, readAt: new Date() });
      } catch (error) {
        const failure = noticed(error);
        failures += 1;
        if (!ended) setShown((old) => ({ ...(old.key === key ? old : nothing), key, failure }));
      }
    };
    const run = async () => {
      clearTimeout(timer);
      again = running;
      if (running) return;
      running = true;
      await once();
      running = false;
      if (ended) return;
      if (again) void run();
      else timer = setTimeout(() => void run(), pauseAfter(everyMs, failures));
    };
    const look = () => {
      if (document.visibilityState === 'visible') void run();
    };
    void run();
    const unsubscribe = pulse.subscribe(() => void run());
    document.addEventListener('visibilitychange', look);
    return () => {
      ended = true;
      clearTimeout(timer);
      unsubscribe();
      document.removeEventListener('visibilitychange', look);
    };
  }, [key, everyMs]);
  return shown.key === key ? shown : nothing;
}
