import { describe, expect, test } from '@jest/globals';
import { parseEdgeSettings, parseOutboundSettings } from '@layers/stores/edge-settings';

const least = { CURSOR_SECRET: 'cursors' };

describe('the settings of the edge', () => {
  test('need no more than the secret of cursors: then nobody is asked for tokens, and only the internet is called', () => {
    expect(parseEdgeSettings(least)).toMatchObject({ cursorSecret: 'cursors', tokens: undefined });
    expect(parseOutboundSettings({})).toEqual({ allowedNetworks: [], probedServers: [] });
    expect(() => parseEdgeSettings({})).toThrow('CURSOR_SECRET');
  });

  test('name whose tokens count, by an issuer with its keys', () => {
    const issuer = { ...least, TOKEN_ISSUER: 'https://issuer.example.com/' };
    expect(parseEdgeSettings({ ...issuer, TOKEN_KEYS_SECRET: 'keys' }).tokens).toEqual({
      issuer: 'https://issuer.example.com/',
      audience: 'tandem',
      keysSecret: 'keys',
    });
    expect(() => parseEdgeSettings(issuer)).toThrow('TOKEN_KEYS_SECRET');
    expect(() => parseEdgeSettings({ ...issuer, TOKEN_ISSUER: 'nobody' })).toThrow('TOKEN_ISSUER');
  });

  test('take networks in CIDR notation alone', () => {
    const given = (ALLOWED_NETWORKS: string) => parseOutboundSettings({ ALLOWED_NETWORKS });
    expect(given('127.0.0.0/8,fd00::/8').allowedNetworks).toEqual(['127.0.0.0/8', 'fd00::/8']);
    for (const wrong of ['127.0.0.1', '10.0.0.0/33', 'all', '::1/129']) expect(() => given(wrong)).toThrow();
  });

  test('say where the deployment’s own servers are reached: on the emulator’s host, or at their own', () => {
    const servers = [
      { id: 'alpha', url: '/_aws/execute-api/alpha/local', capacity: 1 },
      { id: 'beta', url: 'https://beta.example.com/live/', capacity: 2 },
    ];
    const { probedServers } = parseOutboundSettings({
      PROBED_SERVERS: JSON.stringify(servers),
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    });
    expect(probedServers.map(({ probeUrl }) => probeUrl)).toEqual([
      'http://127.0.0.1:4566/_aws/execute-api/alpha/local',
      'https://beta.example.com/live',
    ]);
    expect(() => parseOutboundSettings({ PROBED_SERVERS: '[{"id":"a"}]' })).toThrow();
    expect(() => parseOutboundSettings({ PROBED_SERVERS: 'none' })).toThrow();
  });
});
