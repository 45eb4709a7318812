import { setImmediate } from 'node:timers/promises';
import { domainFolder, loadProtocol } from './protocol.ts';
import { runSchedule } from './run-schedule.ts';
import { schedules } from './schedules.ts';

/** Plays every directed schedule. One verdict each: true, no rule was broken. */
export async function checkSchedules(
  out: (line: string) => void,
  signal: AbortSignal,
): Promise<readonly boolean[]> {
  const protocol = await loadProtocol(domainFolder);
  const held: boolean[] = [];
  for (const schedule of schedules) {
    // Histories are microtasks alone: only here does a signal come through.
    await setImmediate();
    if (signal.aborted) break;
    const violations = await runSchedule(schedule, protocol);
    held.push(violations.length === 0);
    out(`${violations.length === 0 ? 'held' : 'BROKEN'}  ${schedule.name}`);
    for (const { rule, detail } of violations) out(`        ${rule}: ${detail}`);
  }
  out(`${held.filter(Boolean).length} of ${schedules.length} schedules held`);
  return held;
}
