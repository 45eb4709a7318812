import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { routes } from '@layers/contract/route';
import { makeNodeServer, type NodeServer } from '@layers/http/node-server';
import { nowhereAmong } from '@layers/http/nowhere';
import { serve } from '@layers/http/serve';
import * as z from 'zod/mini';

const seen = z.object({ id: z.string(), word: z.optional(z.string()), note: z.optional(z.string()) });
const rows = routes({
  readThing: {
    method: 'GET',
    path: '/things/{id}',
    summary: 'A thing',
    request: {
      path: z.object({ id: z.string().check(z.regex(/^[a-z ü]{1,8}$/)) }),
      query: z.strictObject({ word: z.optional(z.string()) }),
    },
    responses: { 200: { description: 'It.', body: seen } },
    problems: [],
  },
  changeThing: {
    method: 'POST',
    path: '/things/{id}',
    summary: 'A thing, changed',
    request: {
      path: z.object({ id: z.string().check(z.regex(/^[a-z]{1,8}$/)) }),
      body: z.strictObject({ note: z.string() }),
    },
    responses: { 200: { description: 'It.', body: seen } },
    problems: [],
  },
});

const running: NodeServer[] = [];
const failures: unknown[] = [];

async function start(pause: Promise<void> = Promise.resolve()) {
  const handler = serve(
    'things',
    rows,
    {
      readThing: async ({ path, query }) => {
        await pause;
        return { status: 200 as const, body: { ...path, ...query } };
      },
      changeThing: ({ path, body }) => ({ status: 200 as const, body: { ...path, ...body } }),
    },
    nowhereAmong(Object.values(rows)),
  );
  const served = makeNodeServer(handler, rows, (error) => failures.push(error));
  running.push(served);
  served.server.listen(0, '127.0.0.1');
  await once(served.server, 'listening');
  const { port } = served.server.address() as AddressInfo;
  return { served, port, url: `http://127.0.0.1:${port}` };
}

/** What comes back for bytes that no well-behaved client sends. */
async function sendRaw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('utf8').end(bytes);
  let answer = '';
  socket.on('data', (text: string) => (answer += text));
  await once(socket, 'close');
  return answer;
}

afterEach(async () => {
  for (const { drain } of running.splice(0)) await drain(500);
  expect(failures.splice(0)).toEqual([]);
});

const post = (url: string, body: string) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

describe('a shop behind plain node:http', () => {
  test('answers as behind the gateway: path, query and body reach the handler decoded', async () => {
    const { url } = await start();
    const read = await fetch(`${url}/things/gr%C3%BCn?word=a%26b`);
    expect([read.status, await read.json()]).toEqual([200, { id: 'grün', word: 'a&b' }]);
    const changed = await post(`${url}/things/a`, '{"note":"ü"}');
    expect([changed.status, await changed.json()]).toEqual([200, { id: 'a', note: 'ü' }]);
  });

  test.each([
    ['GET', '/nowhere', 404],
    ['DELETE', '/things/a', 405],
    ['GET', '/things/..%2Fsecret', 404],
    ['GET', '/things/%E0%A4%A', 404],
    ['GET', '/things/a?word=1&word=2', 400],
  ])('answers %s %s with a problem', async (method, path, status) => {
    const { url } = await start();
    const answer = await fetch(`${url}${path}`, { method });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
    expect(await answer.json()).toMatchObject({ status, requestId: expect.stringMatching(/\S/) as unknown });
  });

  test('refuses a body above 256 kB and hangs up, without reading it to its end', async () => {
    const { url } = await start();
    const answer = await post(`${url}/things/a`, JSON.stringify({ note: 'x'.repeat(300_000) }));
    expect([answer.status, answer.headers.get('connection')]).toEqual([413, 'close']);
  });

  test('sends no body to HEAD', async () => {
    const { url } = await start();
    const answer = await fetch(`${url}/things/a`, { method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([405, '']);
  });
});

describe('a request that is meant to be read twice', () => {
  test.each([
    ['a length and chunks', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400],
    ['two lengths', 'Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd', 400],
    ['a length that is no number', 'Content-Length: +4\r\n\r\nabcd', 400],
    ['a blank before the colon', 'Content-Length : 4\r\n\r\nabcd', 400],
    ['a line that is bent', 'X-A: b\r\n  c: d\r\nBad Header\r\n\r\n', 400],
    ['headers of 20 kB', `X-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 413],
  ])('with %s is refused with one problem', async (_what, headers, status) => {
    const { port } = await start();
    const answer = await sendRaw(port, `POST /things/a HTTP/1.1\r\nHost: h\r\n${headers}`);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('content-type: application/problem+json');
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  test.each(['//', 'http://[', '*', '/things/a b'])('with the target %j is answered', async (target) => {
    const { port } = await start();
    const answer = await sendRaw(port, `GET ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 (400|404) /);
  });
});

describe('a server that drains', () => {
  test('answers what is under way, counted as its load, and takes no more', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const { served, url } = await start(promise);
    const under = fetch(`${url}/things/a`);
    while (served.load() === 0) await new Promise((next) => setImmediate(next));
    expect(served.load()).toBe(1);
    const drained = served.drain(5_000);
    await expect(fetch(`${url}/things/b`)).rejects.toThrow();
    resolve(undefined);
    expect((await under).status).toBe(200);
    await drained;
    running.splice(0);
    expect(served.load()).toBe(0);
  });
});
