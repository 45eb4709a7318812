import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { refuseBeforeAsking, refuseCaller } from '../../../../infra/emulator/aws-caller.ts';
import { parseAddress, parseEndpoint, parsePort } from '../../../../infra/emulator/command-line.ts';
import { root } from '../../../../infra/emulator/paths.ts';
import { totalsOf } from '../../../../infra/emulator/run-tests.ts';

const require = createRequire(import.meta.url);
const { localAwsEnvironment } = require('../../../../infra/emulator/local-aws-environment.cjs') as {
  localAwsEnvironment: (environment: NodeJS.ProcessEnv, endpoint: string) => NodeJS.ProcessEnv;
};

const real = {
  AWS_PROFILE: 'production',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SESSION_TOKEN: 'token',
  AWS_ENDPOINT_URL_S3: 'https://example.com',
  AWS_REGION: 'eu-west-1',
  AWS_WEB_IDENTITY_TOKEN_FILE: '/token',
  HOME: '/home/somebody',
};

test('a local program gets fake keys, the emulator’s endpoint, and nothing of a real account', () => {
  const environment = localAwsEnvironment(real, 'http://127.0.0.1:4566');
  expect(environment).toMatchObject({
    AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_REGION: 'us-east-1',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    HOME: '/home/somebody',
  });
  for (const name of [
    'AWS_PROFILE',
    'AWS_SESSION_TOKEN',
    'AWS_ENDPOINT_URL_S3',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
  ]) {
    expect(environment).not.toHaveProperty(name);
  }
});

describe('the CDK plug-in', () => {
  const plugin = JSON.stringify(join(root, 'infra', 'emulator', 'cdk-plugin.cjs'));
  const load = (args: string[], extra: NodeJS.ProcessEnv = {}) => {
    const code = `require(${plugin}).init({ registerCredentialProviderSource() {} }); console.log(JSON.stringify(process.env))`;
    return spawnSync(process.execPath, ['-e', code, '--', 'cdk', ...args], {
      encoding: 'utf8',
      env: { ...real, TANDEM_STATE_FOLDER: '/nowhere', ...extra },
      timeout: 20_000,
    });
  };

  test.each([['deploy'], ['diff'], ['destroy'], ['bootstrap'], ['a-command-of-tomorrow']])(
    'refuses cdk %s when no emulator runs',
    (command) => {
      const { status, stderr } = load([command, '--all']);
      expect(status).toBe(1);
      expect(stderr).toContain('none runs in this clone');
      expect(stderr).toContain('npm start');
      expect(stderr).not.toContain('    at ');
    },
  );

  test('refuses a real account unless npm run deploy asks', () => {
    const { status, stderr } = load(['deploy', '-c', 'target=aws']);
    expect(status).toBe(1);
    expect(stderr).toContain('npm run deploy');
    expect(load(['deploy', '-c', 'target=aws'], { TANDEM_TARGET: 'aws' }).stderr).toContain(
      'AWS_ENDPOINT_URL_S3',
    );
  });

  test('lets cdk synth go on, without any credentials', () => {
    const { status, stdout } = load(['synth', '-q']);
    expect(status).toBe(0);
    const environment = JSON.parse(stdout) as NodeJS.ProcessEnv;
    expect(environment).not.toHaveProperty('AWS_ACCESS_KEY_ID');
    expect(environment).not.toHaveProperty('AWS_PROFILE');
  });
});

describe('npm run deploy', () => {
  test.each([
    [
      'an endpoint that is set',
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' },
      [],
      true,
      'unset AWS_ENDPOINT_URL',
    ],
    ['the lab', {}, ['lab=true'], true, 'without -c lab'],
    ['another target', {}, ['target=local'], true, 'npm run deploy'],
    ['having nobody to ask', {}, [], false, 'npm run deploy -- --yes'],
  ])('refuses %s', (_what, environment, context, canAsk, next) => {
    expect(() => refuseBeforeAsking(environment, context, canAsk)).toThrow(
      expect.objectContaining({ name: 'CommandFailure', next: expect.stringContaining(next) as unknown }),
    );
  });

  test('refuses the emulator’s account and takes a real one', () => {
    const caller = { arn: '', region: 'us-east-1' };
    expect(() => refuseCaller({ ...caller, account: '000000000000' })).toThrow('emulator');
    expect(() => refuseCaller({ ...caller, account: '' })).toThrow('emulator');
    expect(() => refuseCaller({ ...caller, account: '123456789012' })).not.toThrow();
  });
});

describe('arguments', () => {
  test.each(['0', '65536', '80a', '-1', ''])('refuse port %p', (text) => {
    expect(() => parsePort(text)).toThrow('is not a port');
  });
  test('take what is right', () => {
    expect(parsePort('4566')).toBe(4566);
    expect(parseAddress('0.0.0.0')).toBe('0.0.0.0');
    expect(parseEndpoint('http://127.0.0.1:4566/')).toBe('http://127.0.0.1:4566');
  });
  test.each(['https://example.com', 'http://a:b@c', 'http://127.0.0.1:1/path', 'localhost:4566'])(
    'refuse endpoint %p',
    (text) => {
      expect(() => parseEndpoint(text)).toThrow('is not the address of a LocalStack');
    },
  );
  test('refuse a name to listen on', () => {
    expect(() => parseAddress('localhost')).toThrow('is not an address');
  });
});

describe('the totals of a test run', () => {
  const report = { success: true, numPassedTests: 5, numFailedTests: 0, numRuntimeErrorTestSuites: 0 };
  test('count a suite that could not load as a failure', () => {
    expect(totalsOf(JSON.stringify(report), 0)).toEqual({ passed: 5, failed: 0, code: 0 });
    expect(totalsOf(JSON.stringify({ ...report, numRuntimeErrorTestSuites: 1 }), 0)).toEqual({
      passed: 5,
      failed: 1,
      code: 1,
    });
  });
  test('keep jest’s own code', () => expect(totalsOf(JSON.stringify(report), 2).code).toBe(2));
  test('are not made up without a report', () =>
    expect(() => totalsOf('', 1)).toThrow('before it ran anything'));
});
