import { useEffect, useRef, useState } from 'preact/hooks';
import { noticed, pulse, recoveries } from './connection.ts';
import type { Failure } from './failure.ts';
import { useObservable } from './observable.ts';

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
 * @param firstAfterMs how long what is shown beside a room gives way to it.
 */
export function usePolled<T>(
  key: string,
  read: () => Promise<T>,
  everyMs: number,
  firstAfterMs = 0,
): Polled<T> {
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
    if (firstAfterMs === 0) void run();
    else timer = setTimeout(() => void run(), firstAfterMs);
    const unsubscribe = pulse.subscribe(() => void run());
    document.addEventListener('visibilitychange', look);
    return () => {
      ended = true;
      clearTimeout(timer);
      unsubscribe();
      document.removeEventListener('visibilitychange', look);
    };
  }, [key, everyMs, firstAfterMs]);
  return shown.key === key ? shown : nothing;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly next?: unknown;
}

/** Pages that one look reads at most; the next look goes on from there. */
const pagesMax = 10;

/**
 * A list that only grows: what is known stays, and what came since is asked for.
 * @param readAfter the page after this item, or the first one.
 */
export function useGrowing<T>(
  key: string,
  readAfter: (last: T | undefined) => Promise<Page<T>>,
  everyMs: number,
): Polled<readonly T[]> {
  const since = `${key} ${useObservable(recoveries)}`;
  const known = useRef<{ readonly key: string; readonly items: readonly T[] }>({ key: since, items: [] });
  const read = async () => {
    let items = known.current.key === since ? known.current.items : [];
    for (let pages = 0; pages < pagesMax; pages += 1) {
      const page = await readAfter(items.at(-1));
      if (page.items.length > 0) items = [...items, ...page.items];
      if (page.next === undefined) break;
    }
    known.current = { key: since, items };
    return items;
  };
  return usePolled(since, read, everyMs);
}
