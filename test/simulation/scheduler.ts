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

  /** Lets resumed processes run on. Deterministic however many microtasks they need: the queue is first in, first out. */
  async function settle(): Promise<void> {
    const before = made;
    for (let tick = 0; tick < ticksMax; tick += 1) {
      await Promise.resolve();
      if (made !== before) return;
    }
  }

  return {
    now: () => nowMs,
    after(delayMs, run, resumes) {
      made += 1;
      push({ atMs: nowMs + delayMs, order: made, resumes, run });
    },
    async run(done, untilMs) {
      await settle();
      for (;;) {
        if (done()) return;
        if ((heap[0]?.atMs ?? Number.POSITIVE_INFINITY) > untilMs) return;
        const event = pop();
        if (event === undefined) return;
        nowMs = event.atMs;
        event.run();
        if (event.resumes) await settle();
      }
    },
  };
}
