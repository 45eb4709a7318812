import type { Group } from '@layers/domain/redundancy/groups';
import { countLags } from '@layers/domain/redundancy/lag';
import type { RedundancyLog } from '@layers/domain/redundancy/log';
import type { ChangeMessage } from '@layers/domain/redundancy/store';

export interface LagCounter {
  applied: (group: Group, message: ChangeMessage, atMs: number) => void;
  /** Adds what was counted to the log. */
  flush: () => Promise<void>;
}

/** How long changes took to their replicas, kept until the batch is done: one write a replica and batch. */
export function lagCounter(log: RedundancyLog, now: () => number): LagCounter {
  const lags = new Map<string, { group: string; store: string; lagsMs: number[] }>();
  return {
    applied: ({ name, replicas }, { keys, committedAtMs }, atMs) => {
      for (const { store, prefixes, replicate } of replicas) {
        if (replicate !== 'on-change') continue;
        if (!keys.some((id) => prefixes.some((prefix) => id.startsWith(prefix)))) continue;
        const kept = lags.get(`${name} ${store}`) ?? { group: name, store, lagsMs: [] };
        kept.lagsMs.push(Math.max(0, atMs - committedAtMs));
        lags.set(`${name} ${store}`, kept);
      }
    },
    flush: async () => {
      const counted = [...lags.values()];
      lags.clear();
      await Promise.all(
        counted.map(async ({ group, store, lagsMs }) => log.countLag(group, store, now(), countLags(lagsMs))),
      );
    },
  };
}
