import type { RedundancyEvent } from '@layers/domain/redundancy/environment';
import type { RedundancyLog } from '@layers/domain/redundancy/log';

/** Changes of mode are logged by whoever makes them; helping is everyday work. */
const notKept: readonly string[] = ['mode', 'helped'];
const keptMax = 100;

/** Holds what the protocol reports until it can be awaited: a function is frozen between two invocations. */
export function eventKeeper(
  log: RedundancyLog,
  now: () => number,
  unique: () => string,
): { keep: (event: RedundancyEvent) => void; flush: () => Promise<void> } {
  let waiting: { event: RedundancyEvent; atMs: number }[] = [];
  return {
    keep: (event) => {
      if (!notKept.includes(event.event) && waiting.length < keptMax) waiting.push({ event, atMs: now() });
    },
    flush: async () => {
      const entries = waiting;
      waiting = [];
      await Promise.all(
        entries.map(async ({ event, atMs }) =>
          log.addEntry({ ...event, atMs, mode: undefined, epoch: undefined }, unique()),
        ),
      );
    },
  };
}
