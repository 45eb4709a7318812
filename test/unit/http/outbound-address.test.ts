import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkAddress, getPinned, type Lookup } from '@layers/http/outbound-address';

const answers =
  (...addresses: string[]): Lookup =>
  () =>
    Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
const nobodyAsked: Lookup = () => Promise.reject(new Error('an address needs no look-up'));
const check = (url: string, lookup: Lookup = nobodyAsked, networks: string[] = []) =>
  checkAddress(url, { networks, lookup });

const refused = { kind: 'invalid-request', errors: [{ pointer: '/body/url' }] };

describe('an address that a caller gives us to call is refused', () => {
  test.each([
    ['loopback', 'https://127.0.0.1'],
    ['loopback as a decimal number', 'https://2130706433'],
    ['loopback as an octal number', 'https://0177.0.0.1'],
    ['loopback as a hexadecimal number', 'https://0x7f.0.0.1'],
    ['loopback with parts left out', 'https://127.1'],
    ['loopback in full-width digits', 'https://１２７.0.0.1'],
    ['IPv6 loopback', 'https://[::1]'],
    ['an IPv4 address mapped into IPv6', 'https://[::ffff:127.0.0.1]'],
    ['an IPv4 address mapped into IPv6, in hexadecimal', 'https://[::ffff:7f00:1]'],
    ['an IPv4 address behind NAT64', 'https://[64:ff9b::7f00:1]'],
    ['an IPv4 address within 6to4', 'https://[2002:7f00:1::]'],
    ['the metadata of a cloud machine', 'https://169.254.169.254'],
    ['the metadata by IPv6', 'https://[fd00:ec2::254]'],
    ['the metadata, mapped', 'https://[::ffff:169.254.169.254]'],
    ['a private network', 'https://10.0.0.1'],
    ['another private network', 'https://192.168.1.1'],
    ['a network of a carrier', 'https://100.64.0.1'],
    ['an IPv4 address in IPv6’s older clothes', 'https://[::127.0.0.1]'],
    ['an IPv4 address translated into IPv6', 'https://[::ffff:0:127.0.0.1]'],
    ['an IPv4 address behind a NAT64 of one’s own', 'https://[64:ff9b:1::7f00:1]'],
    ['a site-local IPv6 address', 'https://[fec0::1]'],
    ['a unique local IPv6 address', 'https://[fd12:3456::1]'],
    ['an IPv4 address within Teredo', 'https://[2001:0:7f00:1::]'],
    ['the documentation’s network', 'https://[2001:db8::1]'],
    ['a name with a full stop at its end that is loopback', 'https://127.0.0.1.'],
    ['a link-local IPv6 address', 'https://[fe80::1]'],
    ['no address at all', 'https://0.0.0.0'],
    ['no IPv6 address at all', 'https://[::]'],
    ['multicast', 'https://224.0.0.1'],
    ['broadcast', 'https://255.255.255.255'],
    ['credentials', 'https://user:secret@93.184.216.34'],
    ['a user without password', 'https://user@93.184.216.34'],
    ['plain http to a public address', 'http://93.184.216.34'],
    ['a file', 'file:///etc/passwd'],
    ['gopher', 'gopher://127.0.0.1:6379/_INFO'],
    ['a query', 'https://93.184.216.34/?a=b'],
    ['a fragment', 'https://93.184.216.34/#a'],
    ['no URL', 'not a url'],
    ['501 characters', `https://93.184.216.34/${'a'.repeat(480)}`],
  ])('if it is or has %s', async (_what, url) => {
    await expect(check(url)).rejects.toMatchObject(refused);
  });

  test.each([
    ['is loopback', ['127.0.0.1']],
    ['is link-local metadata', ['169.254.169.254']],
    ['has a public and a private address', ['93.184.216.34', '10.0.0.1']],
    ['has a public IPv4 and a mapped private IPv6 address', ['93.184.216.34', '::ffff:10.0.0.1']],
    ['is nothing', []],
  ])('if its name %s', async (_what, addresses) => {
    await expect(check('https://shop.example.com', answers(...addresses))).rejects.toMatchObject(refused);
  });

  test('if its name cannot be resolved', async () => {
    await expect(check('https://nowhere.invalid')).rejects.toMatchObject(refused);
  });
});

describe('an address is taken', () => {
  test('if its name is public, and the IP that was checked is kept with it', async () => {
    const checked = await check('https://shop.example.com/base', answers('93.184.216.34'));
    expect(checked).toMatchObject({ address: '93.184.216.34', family: 4 });
  });

  test('by plain http if it is in an allowed network, and only then', async () => {
    expect(await check('http://192.168.7.9:5002', nobodyAsked, ['192.168.7.0/24'])).toMatchObject({
      address: '192.168.7.9',
    });
    await expect(check('http://192.168.8.9:5002', nobodyAsked, ['192.168.7.0/24'])).rejects.toMatchObject(
      refused,
    );
    await expect(check('http://[::ffff:10.0.0.1]', nobodyAsked, ['192.168.7.0/24'])).rejects.toMatchObject(
      refused,
    );
  });
});

describe('a call to a checked address', () => {
  let server: Server;
  let port: number;
  let hosts: (string | undefined)[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      hosts.push(request.headers.host);
      if (request.url === '/base/moved') response.writeHead(302, { location: '/elsewhere' }).end();
      else if (request.url === '/base/large') response.end('x'.repeat(100_000));
      else if (request.url === '/base/slow') return;
      else response.end(request.url);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const limits = { timeoutMs: 300, bytesMax: 1000 };
  /** The name meant loopback when it was checked; what it means by now is nobody's business. */
  const checked = () => check(`http://rebound.invalid:${port}/base`, answers('127.0.0.1'), ['127.0.0.0/8']);

  test('goes to the IP that was checked, under the name that was given', async () => {
    hosts = [];
    expect(await getPinned(await checked(), '/health', limits)).toEqual({
      status: 200,
      body: '/base/health',
    });
    expect(hosts).toEqual([`rebound.invalid:${port}`]);
  });

  test('does not follow redirects', async () => {
    hosts = [];
    expect((await getPinned(await checked(), '/moved', limits)).status).toBe(302);
    expect(hosts).toHaveLength(1);
  });

  test('gives up on an answer that is too large or too late', async () => {
    await expect(getPinned(await checked(), '/large', limits)).rejects.toThrow('more than 1000 bytes');
    await expect(getPinned(await checked(), '/slow', limits)).rejects.toThrow();
  });
});
