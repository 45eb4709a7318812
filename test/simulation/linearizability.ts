import type { Value } from './operations.ts';

/** What an operation saw of some keys and put there: it may take effect where the keys' values are those it saw. */
interface Effect {
  readonly saw: ReadonlyMap<string, Value>;
  readonly put: ReadonlyMap<string, Value>;
}

export interface Event {
  readonly invokedAtMs: number;
  /** Infinity: it may take effect at any time, or never. */
  readonly returnedAtMs: number;
  /** Any one of them. */
  readonly effects: readonly Effect[];
  readonly label: string;
}

/** Fewer than this many steps decide every history of the simulator; beyond it nothing is claimed. */
const stepsMax = 400_000;

export type Verdict = 'linearizable' | 'not linearizable' | 'undecided';

/**
 * Is there an order of all answered events (and of some unanswered ones), each between its call and its answer, in which
 * every one saw what was there? Search of Wing & Gong with Lowe's memory of (set of events done, state) that failed
 * (Wing, Gong: Testing and verifying concurrent objects, 1993; Lowe: Testing for linearizability, 2017). All `keys`
 * are judged together: that also finds reads that are torn between two records.
 */
export function checkLinearizable(events: readonly Event[], keys: readonly string[]): Verdict {
  const sorted = [...events].sort((one, other) => one.invokedAtMs - other.invokedAtMs);
  const done = new Array<boolean>(sorted.length).fill(false);
  let answeredLeft = sorted.filter((event) => event.returnedAtMs !== Number.POSITIVE_INFINITY).length;
  const state = new Map<string, Value>(keys.map((key) => [key, undefined]));
  const failed = new Set<string>();
  let steps = 0;

  const fits = ({ saw }: Effect): boolean => {
    for (const [key, value] of saw) if (state.get(key) !== value) return false;
    return true;
  };
  const fingerprint = (): string => {
    let text = '';
    for (const value of state.values()) text += `${value ?? ''}|`;
    let bits = 0;
    for (let index = 0; index < done.length; index += 1) {
      bits = bits * 2 + (done[index] ? 1 : 0);
      if (index % 30 === 29) {
        text += `${bits},`;
        bits = 0;
      }
    }
    return text + String(bits);
  };

  /** Nothing may be put before an event that was answered before it was called. */
  const horizon = (): number => {
    let first = Number.POSITIVE_INFINITY;
    for (const [index, event] of sorted.entries()) {
      if (!done[index] && event.returnedAtMs < first) first = event.returnedAtMs;
    }
    return first;
  };

  const search = (): boolean => {
    if (answeredLeft === 0) return true;
    steps += 1;
    if (steps > stepsMax) return false;
    const mark = fingerprint();
    if (failed.has(mark)) return false;
    const until = horizon();
    for (const [index, event] of sorted.entries()) {
      if (event.invokedAtMs > until) break;
      if (!done[index] && takeEffect(index, event)) return true;
    }
    failed.add(mark);
    return false;
  };

  const takeEffect = (index: number, event: Event): boolean => {
    const answered = event.returnedAtMs !== Number.POSITIVE_INFINITY;
    for (const effect of event.effects) {
      if (!fits(effect) || (!answered && effect.put.size === 0)) continue;
      const before = [...effect.put.keys()].map((key): [string, Value] => [key, state.get(key)]);
      for (const [key, value] of effect.put) state.set(key, value);
      done[index] = true;
      if (answered) answeredLeft -= 1;
      if (search()) return true;
      done[index] = false;
      if (answered) answeredLeft += 1;
      for (const [key, value] of before) state.set(key, value);
    }
    return false;
  };

  if (search()) return 'linearizable';
  return steps > stepsMax ? 'undecided' : 'not linearizable';
}
