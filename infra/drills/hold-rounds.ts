import { type Drill, type DrillReport, type DrillSetting, nameOf } from './drill.ts';
import { summaryOf } from './drill-report.ts';
import { drillStore } from './store-drill.ts';

/** Drills that are held at once, one round after the other. */
export type Rounds = readonly (readonly Drill[])[];

export interface Held {
  readonly rounds: DrillReport[][];
  /** Drills that did not come to their end are broken too. */
  failed: number;
}

async function holdRound(round: readonly Drill[], setting: DrillSetting, held: Held): Promise<void> {
  const reports: DrillReport[] = [];
  await Promise.all(
    round.map(async (drill) => {
      try {
        const report = await drillStore(drill, setting);
        reports.push(report);
        setting.say(summaryOf(report));
      } catch (error) {
        held.failed += 1;
        setting.say(`BROKEN ${nameOf(drill)}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }),
  );
  if (reports.length > 0) held.rounds.push(reports);
}

/** One round after the other, until told to stop: each mends what it broke. */
export async function holdAll(
  rounds: Rounds,
  setting: DrillSetting,
  held: Held,
  stop: AbortSignal,
): Promise<void> {
  for (const [index, round] of rounds.entries()) {
    if (stop.aborted) return;
    setting.say(`${index + 1} of ${rounds.length}: ${round.map(nameOf).join(', ')}`);
    await holdRound(round, setting, held);
  }
}
