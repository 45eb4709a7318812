import { describe, expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Edge } from '../../infra/constructs/edge.ts';
import { makeApp, readTarget } from '../../infra/target.ts';

const onAws = {
  TANDEM_TARGET: 'aws',
  CDK_DEFAULT_ACCOUNT: '111111111111',
  CDK_DEFAULT_REGION: 'eu-central-1',
};
function edgeOf(context: Record<string, string>): Edge {
  const app = makeApp({ context });
  const target = readTarget(app, context.target === 'aws' ? onAws : {});
  return new Edge(new Stack(app, 'stack'), 'edge', target);
}
const issuer = { tokenIssuer: 'https://issuer.example.com/', tokenKeysSecret: 'issuer-keys' };

describe('the edge', () => {
  test('asks for tokens on AWS, and says how when it is not told whose', () => {
    expect(() => edgeOf({ target: 'aws' })).toThrow('-c tokenIssuer=');
    expect(edgeOf({ target: 'aws', ...issuer }).variables).toMatchObject({
      TOKEN_ISSUER: issuer.tokenIssuer,
      TOKEN_AUDIENCE: 'tandem',
      ALLOWED_NETWORKS: '',
    });
  });

  test('lets everybody in on AWS only when that is said', () => {
    expect(edgeOf({ target: 'aws', auth: 'off' }).variables).not.toHaveProperty('TOKEN_ISSUER');
  });

  test('asks for none on a laptop, unless told whose', () => {
    expect(edgeOf({}).variables).not.toHaveProperty('TOKEN_ISSUER');
    expect(edgeOf(issuer).variables).toHaveProperty('TOKEN_ISSUER', issuer.tokenIssuer);
  });

  test('calls other networks than the internet only on a laptop', () => {
    expect(edgeOf({ allowNet: '192.168.1.0/24' }).variables).toHaveProperty(
      'ALLOWED_NETWORKS',
      '127.0.0.0/8,::1/128,192.168.1.0/24',
    );
    expect(() => edgeOf({ target: 'aws', auth: 'off', allowNet: '10.0.0.0/8' }).variables).toThrow(
      'allowNet',
    );
  });
});
