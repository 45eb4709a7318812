import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { groups } from '@layers/domain/redundancy/groups';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { addAlarms } from '../../infra/constructs/redundancy-alarms.ts';
import { TandemFunction } from '../../infra/constructs/tandem-function.ts';
import { StateStack } from '../../infra/stacks/state.ts';
import { makeApp, readTarget } from '../../infra/target.ts';

interface Alarm {
  readonly Threshold: number;
  readonly MetricName: string;
  readonly AlarmDescription: string;
  readonly ComparisonOperator: string;
  readonly TreatMissingData: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
}

let alarms: readonly Alarm[];

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-function-'));
  writeFileSync(join(folder, 'index.mjs'), '');
  const app = makeApp({ outdir: mkdtempSync(join(tmpdir(), 'tandem-synth-')) });
  const target = readTarget(app, {});
  const state = new StateStack(app, 'tandem-state', target);
  const stack = new Stack(app, 'tandem-service', { env: target.env, synthesizer: target.synthesizer() });
  const none = { folder, layers: [], environment: {}, architecture: Architecture.X86_64 };
  addAlarms(new TandemFunction(stack, 'maintenance', none), state);
  const found = Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm');
  alarms = Object.values(found).map(({ Properties }) => Properties as Alarm);
});

const metricNamed = (name: string) => alarms.filter(({ MetricName }) => MetricName === name);

describe('the alarms of the redundancy', () => {
  test('ring at the first change that was given up, and say what mends it', () => {
    const [deadLetters, ...others] = metricNamed('ApproximateNumberOfMessagesVisible');
    expect(others).toEqual([]);
    expect(deadLetters).toMatchObject({ Threshold: 1, TreatMissingData: 'notBreaching' });
    expect(deadLetters?.AlarmDescription).toContain('redrive');
  });

  test('ring when the oldest change waits for minutes', () => {
    expect(metricNamed('ApproximateAgeOfOldestMessage')).toMatchObject([{ Threshold: 300 }]);
  });

  test('watch the oldest transaction of every group, as the sweep measures it', () => {
    const watched = metricNamed('OldestPendingMs');
    expect(watched.map(({ Dimensions }) => Dimensions)).toEqual(
      groups.map(({ name }) => [{ Name: 'group', Value: name }]),
    );
    expect(new Set(watched.map(({ Threshold }) => Threshold))).toEqual(new Set([300_000]));
  });

  test('ring when the tasks themselves fail', () => {
    expect(metricNamed('Errors')).toMatchObject([{ Threshold: 3 }]);
    for (const { ComparisonOperator } of alarms)
      expect(ComparisonOperator).toBe('GreaterThanOrEqualToThreshold');
  });
});
