/** Virtual time: events in order of their time, ties in order of their making. Nothing here knows a real clock. */
export interface Scheduler {
  now(): number;
  /** Runs `event` after `delayMs` of virtual time. `resumes` tells that a process goes on with it. */
  after(delayMs: number, event: () => void, resumes: boolean): void;
  /** Until nothing is left to happen, or `done` says so, or virtual time passes `untilMs`. */
  run(done: () => boolean, untilMs: number): Promise<void>;
}

interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly resumes: boolean;
  readonly run: () => void;
}

/** Microtasks that a resumed process is given to reach its next call, unless it makes one sooner. */
const ticksMax = 40;
const tick = Promise.resolve();

export function createScheduler(): Scheduler {
  const heap: Event[] = [];
  let nowMs = 0;
  let made = 0;

  const isBefore = (one: Event, other: Event) =>
    one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);

  function push(event: Event): void {
    let index = heap.length;
    heap.push(event);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Event;
      if (!isBefore(event, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = event;
  }

  function pop(): Event | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, heap[child] as Event)) child += 1;
      const below = heap[child] as Event;
      if (!isBefore(below, last)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
    return first;
  }

  /** Steps that need no process to run on between them, up to the first that resumes one. False: all is done. */
  function stepOn(done: () => boolean, untilMs: number): boolean {
    // Nobody finishes anything but a process that runs on: in between there is no need to ask.
    if (done()) return false;
    for (;;) {
      const event = heap[0];
      if (event === undefined || event.atMs > untilMs) return false;
      pop();
      nowMs = event.atMs;
      event.run();
      if (event.resumes) return true;
    }
  }

  return {
    now: () => nowMs,
    after(delayMs, run, resumes) {
      if (!(delayMs >= 0)) throw new Error(`Nothing happens ${delayMs} ms from now.`);
      made += 1;
      push({ atMs: nowMs + delayMs, order: made, resumes, run });
    },
    run: (done, untilMs) =>
      new Promise((resolve, reject) => {
        let before = made;
        let ticks = 0;
        // Resumed processes run on meanwhile. Deterministic however long they take: the queue is first in, first out.
        const settle = (): void => {
          ticks += 1;
          if (made === before && ticks < ticksMax) {
            void tick.then(settle);
            return;
          }
          try {
            if (!stepOn(done, untilMs)) {
              resolve();
              return;
            }
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
            return;
          }
          before = made;
          ticks = 0;
          void tick.then(settle);
        };
        settle();
      }),
  };
}
