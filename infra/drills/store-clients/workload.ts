import { setTimeout as sleep } from 'node:timers/promises';
import { ApiProblem } from '@layers/contract/client';
import { patienceMs } from '../patience.ts';

/** One request of a client, with how it ended. */
export interface Attempt {
  readonly kind: 'write' | 'read';
  readonly sentAtMs: number;
  readonly endedAtMs: number;
  /** `synced`, `degraded`, `stale`, `answered`, or why not: a problem's code, `no-answer`. */
  readonly outcome: string;
  readonly succeeded: boolean;
}

/** A write that was acknowledged: from then on it may not be lost. */
export interface Acknowledged {
  readonly recordId: string;
  /** What its image must say at the end, field by field: of a record that is written once. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Of one that is written again and again: its `load` must be at least this. */
  readonly counter: number;
  readonly mirror: string;
  readonly atMs: number;
}

export interface Workload {
  readonly attempts: readonly Attempt[];
  readonly acknowledged: readonly Acknowledged[];
  /** Writes whose outcome is not known yet. */
  readonly open: () => number;
  /** Sends nothing new, repeats what is open until it is known or the time is over. @returns what stayed open */
  readonly settle: (withinMs: number) => Promise<number>;
  /** What is kept beside the acknowledged writes, and must not be: effects without an answer, units that are missing. */
  readonly audit: () => Promise<readonly string[]>;
}

export const pauseMs = 50;
/** Of those who were refused: who repeats at once keeps a store busy that is just coming back. */
const refusedPauseMs = 250;
/** Of those who read. */
const lookEveryMs = 250;
const readers = 2;
export const timeoutMs = 25_000;

const failureOf = (error: unknown) =>
  error instanceof ApiProblem ? (error.problem?.code ?? `status-${error.status}`) : 'no-answer';

export interface Running {
  readonly attempts: Attempt[];
  readonly acknowledged: Acknowledged[];
  stopped: boolean;
  impatient: boolean;
  open: number;
}

export async function attempt<Answer>(
  running: Running,
  kind: Attempt['kind'],
  send: () => Promise<Answer & { readonly headers?: Headers; readonly mirror?: string }>,
): Promise<{ answer: Answer; mirror: string } | undefined> {
  const sentAtMs = Date.now();
  const note = (outcome: string, succeeded: boolean) =>
    running.attempts.push({ kind, sentAtMs, endedAtMs: Date.now(), outcome, succeeded });
  try {
    const answer = await send();
    const mirror = answer.mirror ?? answer.headers?.get('mirror') ?? 'answered';
    note(mirror, true);
    return { answer, mirror };
  } catch (error) {
    note(failureOf(error), false);
    return undefined;
  }
}

/** A verdict waits for a busy machine: what is unavailable is asked again. @throws what the last answer was */
export async function insistently<Answer>(send: () => Promise<Answer>): Promise<Answer> {
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    try {
      return await send();
    } catch (error) {
      const isPassing = !(error instanceof ApiProblem) || error.status >= 500;
      if (!isPassing || Date.now() > giveUpAt) throw error;
      await sleep(pauseMs);
    }
  }
}

/** One write, as often as it is called: what it repeats is the same write. */
export type Write = () => Promise<readonly Acknowledged[] | undefined>;

/**
 * One write after another, each repeated until it is answered: whatever became of it, the repetition tells. Where there are
 * many who write each leaves the others time: at saturation every figure would be that of the queue.
 */
export async function writeOn(running: Running, next: () => Write, everyMs = pauseMs) {
  while (!running.stopped) {
    const write = next();
    running.open += 1;
    for (;;) {
      const done = await write();
      if (done !== undefined) {
        running.acknowledged.push(...done);
        running.open -= 1;
        break;
      }
      if (running.impatient) return;
      await sleep(refusedPauseMs);
    }
    await sleep(everyMs);
  }
}

async function readOn(running: Running, read: () => Promise<unknown>) {
  while (!running.stopped) {
    await read();
    await sleep(lookEveryMs);
  }
}

export const readAllOn = (running: Running, read: () => Promise<unknown>) =>
  Array.from({ length: readers }, async () => readOn(running, read));

export function workload(
  running: Running,
  loops: readonly Promise<void>[],
  audit: Workload['audit'],
): Workload {
  return {
    attempts: running.attempts,
    acknowledged: running.acknowledged,
    open: () => running.open,
    audit,
    settle: async (withinMs) => {
      running.stopped = true;
      const timer = setTimeout(() => {
        running.impatient = true;
      }, withinMs);
      await Promise.all(loops);
      clearTimeout(timer);
      return running.open;
    },
  };
}

export const newRun = (): Running => ({
  attempts: [],
  acknowledged: [],
  stopped: false,
  impatient: false,
  open: 0,
});
