import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Deployment, deploymentTo } from './deployment.ts';

let deployment: Deployment;
let report: string;

beforeAll(async () => {
  deployment = await deploymentTo('aws', { auth: 'off' }, true);
  try {
    deployment.app.synth();
    report = 'clean';
  } catch {
    report = readFileSync(join(deployment.app.outdir, 'validation-report.json'), 'utf8');
  }
  process.exitCode = 0;
});

afterAll(() => {
  process.exitCode = undefined;
});

describe('the stacks on AWS', () => {
  test('break no rule of cdk-nag AwsSolutions, except those acknowledged with a reason', () => {
    expect(report).toBe('clean');
  });
});
