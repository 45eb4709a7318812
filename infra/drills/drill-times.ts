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

/** When a kind of request was answered again: the first success since the first failure. */
function backAfter(attempts: readonly Attempt[], kind: Attempt['kind'], faultAtMs: number, untilMs: number) {
  const during = attempts.filter(
    (one) => one.kind === kind && one.sentAtMs >= faultAtMs && one.endedAtMs <= untilMs,
  );
  const failed = during.filter(({ succeeded }) => !succeeded);
  const from = failed.length === 0 ? faultAtMs : Math.min(...failed.map(({ endedAtMs }) => endedAtMs));
  const answered = during.filter((one) => one.succeeded && one.endedAtMs >= from);
  return answered.length === 0
    ? undefined
    : Math.min(...answered.map(({ endedAtMs }) => endedAtMs)) - faultAtMs;
}

/** What a drill took, from what clients met and from what was logged. */
export function timesOf(work: Workload, entries: readonly LogEntry[], times: Times) {
  const { startedAtMs, faultAtMs, mendedAtMs, normalAtMs, isMet } = times;
  const modes = entries
    .filter(({ event, atMs }) => event === 'mode' && atMs >= faultAtMs)
    .map(({ atMs, mode = '' }) => ({ atMs, mode }))
    .toReversed();
  const { attempts } = work;
  const hit = isMet ? attempts : [];
  const firstSentAtMs = attempts[0]?.sentAtMs ?? startedAtMs;
  const answered = attempts.filter(({ sentAtMs }) => sentAtMs < faultAtMs).length;
  const [first] = modes;
  return {
    requestsPerSecond: (answered * 1_000) / Math.max(1, faultAtMs - firstSentAtMs),
    noticedMs: firstAfter(hit, faultAtMs, ({ succeeded }) => !succeeded),
    mode: first?.mode,
    modeMs: first === undefined ? undefined : first.atMs - faultAtMs,
    readsBackMs: backAfter(hit, 'read', faultAtMs, normalAtMs),
    writesBackMs: backAfter(hit, 'write', faultAtMs, normalAtMs),
    normalMs: normalAtMs - mendedAtMs,
    startedAtMs: firstSentAtMs,
    faultAtMs,
    mendedAtMs,
    endedAtMs: Date.now(),
    modes,
    attempts: [...attempts],
  };
}
