import { useEffect, useState } from 'preact/hooks';

/** A value that views follow. */
export interface Observable<T> {
  readonly get: () => T;
  readonly set: (next: T) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

export function observable<T>(initial: T): Observable<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

type Storage = 'localStorage' | 'sessionStorage';

/**
 * Like `observable`, kept in the browser under `key`; a browser that keeps nothing still has it until it is closed.
 * @param storage `sessionStorage` keeps it for this tab alone.
 */
export function kept<T>(
  key: string,
  initial: T,
  isValid: (value: unknown) => value is T,
  storage: Storage = 'localStorage',
): Observable<T> {
  const read = () => readKept(storage, key, initial, isValid);
  const made = observable(read());
  // Another page of this browser has changed it.
  window.addEventListener('storage', (event) => {
    if (event.key === key) made.set(read());
  });
  return {
    ...made,
    set: (next) => {
      made.set(next);
      try {
        window[storage].setItem(key, JSON.stringify(next));
      } catch {
        // Full or forbidden: the page works without.
      }
    },
  };
}

function readKept<T>(storage: Storage, key: string, initial: T, isValid: (value: unknown) => value is T): T {
  try {
    const value: unknown = JSON.parse(window[storage].getItem(key) ?? 'null');
    return isValid(value) ? value : initial;
  } catch {
    return initial;
  }
}

export function useObservable<T>(source: Observable<T>): T {
  const [shown, setShown] = useState({ value: source.get() });
  useEffect(() => {
    const follow = () => setShown({ value: source.get() });
    follow();
    return source.subscribe(follow);
  }, [source]);
  return shown.value;
}
