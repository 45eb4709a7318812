import { describe, expect, test } from '@jest/globals';
import { integerParameter } from '@layers/contract/query';
import { routes } from '@layers/contract/route';
import { Problem } from '@layers/domain/problem';
import { serve } from '@layers/http/serve';
import * as z from 'zod/mini';
import { answerOf } from './event.ts';

const thing = z.object({ name: z.string() });

const rows = routes({
  readThing: {
    method: 'GET',
    path: '/things/{id}',
    summary: 'A thing',
    request: {
      path: z.object({ id: z.string().check(z.regex(/^[a-z]{1,8}$/)) }),
      query: z.strictObject({
        size: z.optional(integerParameter(1, 9, 'Size.')),
        color: z.optional(z.enum(['red', 'blue'])),
      }),
    },
    responses: { 200: { description: 'It.', body: thing } },
    problems: [],
  },
  createThing: {
    method: 'POST',
    path: '/things',
    summary: 'A new thing',
    request: { body: z.strictObject({ name: z.string().check(z.minLength(1)), size: z.int() }) },
    responses: { 201: { description: 'Made.', body: thing } },
    problems: [],
  },
});

const handler = serve('things', rows, {
  readThing: ({ path: { id } }) => {
    if (id === 'broken') throw new Error('the secret is 42');
    if (id === 'gone') throw new Problem('not-found', 'No such thing.');
    if (id === 'busy') throw new Problem('unavailable', 'Not now.', { retryAfterSeconds: 7 });
    return { status: 200 as const, body: { name: id } };
  },
  createThing: ({ body }) => ({
    status: 201 as const,
    headers: { location: 'things/1' },
    body: { name: body.name },
  }),
});

const read = (id: string, more = {}) =>
  answerOf(handler, { resource: '/things/{id}', path: { id }, ...more });
const create = (body: string, headers: Record<string, string> = { 'Content-Type': 'application/json' }) =>
  answerOf(handler, { method: 'POST', resource: '/things', body, headers });

describe('a request that fits its row', () => {
  test('is answered as JSON with the request id and a trace', async () => {
    const answer = await read('a');
    expect(answer).toMatchObject({ status: 200, json: { name: 'a' } });
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'x-request-id': 'request-1' });
    expect(answer.headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  test('continues the trace of its caller', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const answer = await read('a', { headers: { traceparent: `00-${trace}-00f067aa0ba902b7-00` } });
    expect(answer.headers.traceparent).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-00$`));
    expect(answer.headers.traceparent).not.toContain('00f067aa0ba902b7');
  });

  test('is answered 304 without a body when the caller has the answer already', async () => {
    const etag = String((await read('a')).headers.etag);
    const again = await read('a', { headers: { 'If-None-Match': `"other", ${etag}` } });
    expect(again).toMatchObject({ status: 304, body: '' });
    expect((await read('b', { headers: { 'If-None-Match': etag } })).status).toBe(200);
  });

  test('keeps the headers of its handler', async () => {
    const answer = await create('{"name":"a","size":1}');
    expect(answer).toMatchObject({ status: 201, headers: { location: 'things/1' } });
  });
});

describe('a request that does not fit', () => {
  test('gets one problem that names every wrong field', async () => {
    const answer = await create('{"size":"big","colour":"red"}');
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json).toMatchObject({
      status: 400,
      code: 'invalid-request',
      type: '/errors/invalid-request',
      requestId: 'request-1',
    });
    const pointers = (answer.json.errors as { pointer: string }[]).map(({ pointer }) => pointer);
    expect(pointers.sort()).toEqual(['/body/colour', '/body/name', '/body/size']);
  });

  test.each([
    ['an unknown key', { colour: ['red'] }, '/query/colour'],
    ['a key given twice', { color: ['red', 'blue'] }, '/query/color'],
    ['a number that is none', { size: ['1e3'] }, '/query/size'],
    ['a number out of its range', { size: ['10'] }, '/query/size'],
    ['a key of the prototype', { __proto__x: ['1'], constructor: ['1'] }, '/query/constructor'],
  ])('is refused for %s in the query', async (_name, query, pointer) => {
    const answer = await read('a', { query });
    expect(answer.status).toBe(400);
    expect((answer.json.errors as { pointer: string }[]).map((error) => error.pointer)).toContain(pointer);
  });

  test('is 404 when a path parameter breaks its pattern', async () => {
    expect((await read('A-1')).json).toMatchObject({ status: 404, code: 'not-found' });
  });

  test('is 400 when the body is not JSON, and when it is not UTF-8', async () => {
    expect((await create('{"name":')).json).toMatchObject({ status: 400, code: 'malformed-json' });
  });

  test('is 415 with a hint when the body came as a form', async () => {
    const answer = await create('name=a', { 'Content-Type': 'application/x-www-form-urlencoded' });
    expect(answer.json).toMatchObject({ status: 415, code: 'unsupported-media-type' });
    expect(answer.json.detail).toContain('content-type: application/json');
  });

  test('is 413 when the body is larger than 256 kB', async () => {
    const answer = await create(JSON.stringify({ name: 'x'.repeat(256 * 1024), size: 1 }));
    expect(answer.json).toMatchObject({ status: 413, code: 'payload-too-large' });
  });

  test('is 400 when the body is missing', async () => {
    expect((await create('')).json).toMatchObject({ status: 400, code: 'invalid-request' });
  });

  test('is 404 when no row has its path', async () => {
    expect((await answerOf(handler, { resource: '/nothing' })).json).toMatchObject({ status: 404 });
  });
});

describe('a handler that fails', () => {
  test('answers a Problem with its status, detail and Retry-After', async () => {
    expect((await read('gone')).json).toMatchObject({ status: 404, detail: 'No such thing.' });
    expect(await read('busy')).toMatchObject({
      status: 503,
      headers: { 'retry-after': '7', 'x-request-id': 'request-1' },
    });
  });

  test('answers anything else bare: no message, no stack', async () => {
    const answer = await read('broken');
    expect(answer.json).toMatchObject({ status: 500, code: 'internal' });
    expect(answer.body).not.toMatch(/secret|42|at .*serve/);
  });
});
