import type { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { TandemFunction } from './tandem-function.ts';

/**
 * Starts a task of a function (layers/queue/scheduled.ts) again and again, by an EventBridge rule: a minute is the
 * shortest. (Scheduler would be the newer service, but not every emulator runs it.) What fails is tried once more;
 * the next time is soon.
 */
export function runEvery(target: TandemFunction, every: Duration, task: string): void {
  new Rule(target, `every-${task}`, {
    description: `${task}, every ${every.toHumanString()}`,
    schedule: Schedule.rate(every),
    targets: [new LambdaFunction(target, { event: RuleTargetInput.fromObject({ task }), retryAttempts: 1 })],
  });
}
