import type { LogEntry } from '@layers/domain/redundancy/log';
import type { Attempt, Workload } from './store-clients/workload.ts';

interface Times {
  readonly startedAtMs: number;
  readonly faultAtMs: number;
  readonly mendedAtMs: number;
  readonly normalAtMs: number;
  /** Whether clients meet the loss: what fails without that is a contest of theirs, and no sign of it. */
  readonly isMet: boolean;
}

const firstAfter = (attempts: readonly Attempt[], atMs: number, is: (attempt: Attempt) => boolean) => {
  const found = attempts.filter((one) => one.sentAtMs >= atMs && is(one));
  return found.length === 0 ? undefined : Math.min(...found.map(({ endedAtMs }) => endedAtMs)) - atMs;
};

/** The longest time in which no request of a kind was answered, until the group was NORMAL again. */
function longestAway(attempts: readonly Attempt[], kind: Attempt['kind'], fromMs: number, untilMs: number) {
  const answered = attempts.filter(
    (one) => one.kind === kind && one.succeeded && one.sentAtMs >= fromMs && one.endedAtMs <= untilMs,
  );
  const moments = [
    ...answered.map(({ endedAtMs }) => endedAtMs).toSorted((one, other) => one - other),
    untilMs,
  ];
  return Math.max(...moments.map((atMs, index) => atMs - (moments[index - 1] ?? fromMs)));
}

/** What a drill took, from what clients met and from what was logged. */
export function timesOf(work: Workload, entries: readonly LogEntry[], times: Times) {
  const { startedAtMs, faultAtMs, mendedAtMs, normalAtMs, isMet } = times;
  const modes = entries
    .filter(({ event, atMs }) => event === 'mode' && atMs >= faultAtMs)
    .map(({ atMs, mode = '' }) => ({ atMs, mode }))
    .toReversed();
  const { attempts } = work;
  const firstSentAtMs = attempts[0]?.sentAtMs ?? startedAtMs;
  const answered = attempts.filter(({ sentAtMs }) => sentAtMs < faultAtMs).length;
  const [first] = modes;
  return {
    requestsPerSecond: (answered * 1_000) / Math.max(1, faultAtMs - firstSentAtMs),
    noticedMs: isMet ? firstAfter(attempts, faultAtMs, ({ succeeded }) => !succeeded) : undefined,
    mode: first?.mode,
    modeMs: first === undefined ? undefined : first.atMs - faultAtMs,
    readsAwayMs: isMet ? longestAway(attempts, 'read', faultAtMs, normalAtMs) : undefined,
    writesAwayMs: isMet ? longestAway(attempts, 'write', faultAtMs, normalAtMs) : undefined,
    normalMs: normalAtMs - mendedAtMs,
    startedAtMs: firstSentAtMs,
    faultAtMs,
    mendedAtMs,
    endedAtMs: Date.now(),
    modes,
    attempts: [...attempts],
  };
}
