/** What a rule sends: which task is due. */
export interface ScheduledEvent {
  readonly task: string;
}

/** The platform's context, as far as a task needs it. */
interface Remaining {
  readonly getRemainingTimeInMillis: () => number;
}

/** A piece of work that is due now and again. It stops by itself before `remainingMs()` is over. */
export type Task = (remainingMs: () => number) => Promise<void>;

/**
 * The Lambda handler of functions that rules start (infra/constructs/scheduled.ts). A task may run twice at the same
 * time and must be able to: rules deliver at least once.
 * @throws Error for a task that is not known, and whatever a task throws: the platform tries again and alarms.
 */
export function runScheduled(tasks: Readonly<Record<string, Task>>) {
  return async (event: ScheduledEvent, context: Remaining): Promise<void> => {
    const task = tasks[event.task];
    if (task === undefined)
      throw new Error(`No task is named ${event.task}: see the rules that infra makes.`);
    await task(() => context.getRemainingTimeInMillis());
  };
}
