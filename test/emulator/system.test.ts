import { describe, expect, test } from '@jest/globals';
import { contract } from '@layers/contract/contract';
import { apiUrl, request } from '../setup/stack.ts';

describe('the system', () => {
  test('says hello and where to go from here', async () => {
    const { status, body, headers } = await request('GET', '/');
    expect(status).toBe(200);
    expect(body).toMatchObject({ message: 'Hello World', links: { docs: `${apiUrl}/docs` } });
    expect(headers.get('x-request-id')).toMatch(/\S/);
  });

  test('is healthy, store by store', async () => {
    const { status, body, headers } = await request('GET', '/health');
    expect({ status, type: headers.get('content-type') }).toEqual({
      status: 200,
      type: 'application/health+json',
    });
    expect(body).toMatchObject({ status: 'pass' });
    const { checks } = body as { checks: Record<string, unknown> };
    expect(Object.keys(checks).length).toBeGreaterThan(5);
  });

  test('serves its contract, with one operation for each row', async () => {
    const { body } = await request('GET', '/openapi.json');
    const { paths } = body as { paths: Record<string, object> };
    const served = Object.values(paths).flatMap((methods) => Object.keys(methods)).length;
    const rows = Object.values(contract).flatMap((routes) => Object.keys(routes)).length;
    expect(served).toBe(rows);
  });

  test('shows the docs as a page whose script and style are there, from no other host', async () => {
    const { text, headers } = await request('GET', '/docs');
    expect(headers.get('content-type')).toContain('text/html');
    const addresses = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '');
    expect(addresses).toHaveLength(3);
    for (const address of addresses) {
      expect(address).not.toContain('://');
      const asset = await request('GET', `/${address}`);
      expect(asset.status).toBe(200);
      expect(asset.text.length).toBeGreaterThan(50);
    }
  });

  test.each([
    ['GET', '/nowhere', 404, 'not-found'],
    ['GET', '/products/nowhere/at/all', 404, 'not-found'],
    ['PATCH', '/docs', 405, 'method-not-allowed'],
    ['DELETE', '/', 405, 'method-not-allowed'],
    ['POST', '/app/icon.svg', 405, 'method-not-allowed'],
  ])('answers %s %s with a problem', async (method, path, status, code) => {
    const answer = await request(method, path);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ status, code, type: `/errors/${code}` });
    expect(answer.headers.get('allow')).toBe(status === 405 ? 'GET' : null);
    expect((await request('GET', `/errors/${code}`)).body).toMatchObject({ code, status });
  });

  test('answers 304 to whoever has the answer already', async () => {
    const etag = (await request('GET', '/errors')).headers.get('etag') ?? '';
    expect((await request('GET', '/errors', { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  test('refuses a form with 415 and says how to send JSON', async () => {
    const answer = await request('POST', '/products', {
      body: 'name=mug',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(answer.body).toMatchObject({ status: 415, code: 'unsupported-media-type' });
    expect(answer.text).toContain('content-type: application/json');
  });
});
