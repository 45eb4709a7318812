import { addCounts, type LagCounts } from '@layers/domain/redundancy/lag';
import type { DiffRecord, DrillRecord, LogEntry, RedundancyLog } from '@layers/domain/redundancy/log';
import type { QueueDepths } from '@layers/stores/change-queues';
import { eventKeeper } from '../../../../functions/redundancy/event-keeper.ts';
import type { RedundancyParts } from '../../../../functions/redundancy/redundancy-parts.ts';
import type { Variant } from '../../../simulation/plan.ts';
import { openWorld } from '../../domain/redundancy/open-world.ts';

/** The log in memory, as the one in DynamoDB keeps it. */
class MemoryLog implements RedundancyLog {
  readonly entries: LogEntry[] = [];
  readonly lags = new Map<string, Map<number, LagCounts>>();
  readonly diffs = new Map<string, DiffRecord>();
  readonly drills = new Map<string, DrillRecord>();

  addEntry(entry: LogEntry) {
    this.entries.push(entry);
    return Promise.resolve();
  }

  listEntries(group: string | undefined, limit: number) {
    const found = this.entries.filter((entry) => group === undefined || entry.group === group);
    return Promise.resolve(found.toReversed().slice(0, limit));
  }

  countLag(group: string, copy: string, atMs: number, counts: LagCounts) {
    const minutes = this.lags.get(`${group} ${copy}`) ?? new Map<number, LagCounts>();
    const minute = atMs - (atMs % 60_000);
    minutes.set(minute, addCounts([minutes.get(minute) ?? new Map(), counts]));
    this.lags.set(`${group} ${copy}`, minutes);
    return Promise.resolve();
  }

  readLag(group: string, copy: string, sinceMs: number) {
    const minutes = [...(this.lags.get(`${group} ${copy}`) ?? [])];
    return Promise.resolve(new Map(minutes.filter(([atMs]) => atMs >= sinceMs - 60_000)));
  }

  keepDiff(group: string, copy: string, diff: DiffRecord) {
    this.diffs.set(`${group} ${copy}`, diff);
    return Promise.resolve();
  }

  keepDrill(group: string, drill: DrillRecord) {
    this.drills.set(group, drill);
    return Promise.resolve();
  }

  readLast() {
    return Promise.resolve({
      diff: (group: string, copy: string) => this.diffs.get(`${group} ${copy}`),
      drill: (group: string) => this.drills.get(group),
    });
  }
}

/** What operators' handlers and scheduled tasks work with, over the simulator's stores in virtual time. */
export async function openOperations(variant: Variant = 'documents') {
  const opened = await openWorld(variant);
  const { world, run } = opened;
  const log = new MemoryLog();
  const { clock, ...rest } = opened.context.env;
  const events = eventKeeper(
    log,
    () => clock.now(),
    () => 'one',
  );
  const context = { ...opened.context, env: { ...rest, clock, report: events.keep } };
  const queue: { depths: QueueDepths; redriven: string[] } = {
    depths: { waiting: 0, inFlight: 0, deadLetters: 0 },
    redriven: [],
  };
  const parts: RedundancyParts = {
    contexts: new Map([[context.group.name, context]]),
    ready: () => Promise.resolve(),
    log,
    queues: {
      readDepths: () => Promise.resolve(queue.depths),
      redrive: (group) => {
        queue.redriven.push(group);
        return Promise.resolve(queue.depths.deadLetters);
      },
    },
    turns: {
      during: async (_work, work) => {
        await work();
      },
    },
    flush: events.flush,
  };
  const modeOf = () => world.control?.mode;
  return { ...opened, context, parts, log, queue, modeOf, run };
}
