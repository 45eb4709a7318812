import { describe, expect, test } from '@jest/globals';
import { makeApp, readTarget } from '../../infra/target.ts';

const read = (context: Record<string, string>, environment: NodeJS.ProcessEnv) =>
  readTarget(makeApp({ context }), environment);

describe('the target of a deployment', () => {
  test('is the laptop unless told otherwise', () => {
    expect(read({}, {})).toMatchObject({
      name: 'local',
      stageName: 'local',
      env: { account: '000000000000' },
    });
  });

  test('is never a real account when it is the laptop', () => {
    expect(() => read({}, { CDK_DEFAULT_ACCOUNT: '111111111111' })).toThrow('npm run deploy');
  });

  test('is AWS only through npm run deploy', () => {
    expect(() => read({ target: 'aws' }, { CDK_DEFAULT_ACCOUNT: '111111111111' })).toThrow('npm run deploy');
  });

  test('never has lab routes on AWS', () => {
    expect(() => read({ target: 'aws', lab: 'true' }, { TANDEM_TARGET: 'aws' })).toThrow('lab=true');
  });

  test('is refused with the known values when it is misspelt', () => {
    expect(() => read({ layers: 'inlined' }, {})).toThrow('Use one of: mounted, inline');
  });

  test('mirrors the shop into documents unless told otherwise, and keeps what the running emulator was told', () => {
    expect(read({}, {}).shopFollower).toBe('documents');
    expect(read({ shopFollower: 'dynamodb' }, {}).shopFollower).toBe('dynamodb');
    expect(read({}, { TANDEM_SHOP_FOLLOWER: 'dynamodb' }).shopFollower).toBe('dynamodb');
    expect(() => read({ shopFollower: 'tape' }, {})).toThrow('documents, dynamodb');
  });

  test('mounts layers unless told otherwise, and keeps that the running emulator mounts none', () => {
    expect(read({}, {}).layers).toBe('mounted');
    expect(read({}, { TANDEM_LAYERS: 'inline' }).layers).toBe('inline');
    expect(read({ layers: 'mounted' }, { TANDEM_LAYERS: 'inline' }).layers).toBe('mounted');
  });
});
