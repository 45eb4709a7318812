import { afterEach, describe, expect, test } from '@jest/globals';
import { ApiProblem } from '@layers/contract/client';
import { type FailoverOptions, sendToLiveServer } from '@layers/contract/failover';
import { AnsweringApi, problemOf } from './answering-api.ts';

const apis: AnsweringApi[] = [];
afterEach(() => {
  for (const api of apis.splice(0)) api.close();
});

/** A registry that names the first of its servers that is not excluded. */
async function registryOf(ids: readonly string[]) {
  const api = new AnsweringApi(({ url }) => {
    const excluded = new URL(url, 'http://registry').searchParams.get('exclude')?.split(',') ?? [];
    const id = ids.find((one) => !excluded.includes(one));
    if (id === undefined) return problemOf(503, 'unavailable');
    const expiresAt = '2026-03-01T12:00:00Z';
    return { status: 200, body: { server: `http://${id}.example`, id, expiresAt, load: 0, pickedFrom: 1 } };
  });
  apis.push(api);
  const heard: string[] = [];
  const options: FailoverOptions = {
    registryUrl: await api.listen(),
    attemptsMax: 5,
    pauseMs: 0,
    timeoutMs: 2_000,
    onAttempt: ({ id, failure }) => heard.push(`${id}: ${failure === undefined ? 'answered' : 'failed'}`),
  };
  return { api, options, heard };
}

const broken = () => new ApiProblem('placeOrder', 502, new Headers(), 'bad gateway');
const refusing = () => new ApiProblem('placeOrder', 409, new Headers(), 'no');

describe('a client that asks the registry', () => {
  test('is answered by the first server that is named', async () => {
    const { options, heard } = await registryOf(['a', 'b']);
    expect(await sendToLiveServer(options, ({ url }) => Promise.resolve(url))).toBe('http://a.example');
    expect(heard).toEqual(['a: answered']);
  });

  test.each([
    ['answers 5xx', broken],
    ['does not answer at all', () => new Error('connection reset')],
  ])('goes to another server when one %s, excluding the one that failed', async (_what, failure) => {
    const { api, options, heard } = await registryOf(['a', 'b']);
    const sent = await sendToLiveServer(options, ({ id }) =>
      id === 'a' ? Promise.reject(failure()) : Promise.resolve(id),
    );
    expect(sent).toBe('b');
    expect(heard).toEqual(['a: failed', 'b: answered']);
    expect(api.asked.map(({ url }) => url)).toEqual(['/getServer', '/getServer?exclude=a']);
  });

  test('goes first where it has been, and asks only when that fails', async () => {
    const { api, options, heard } = await registryOf(['a', 'b']);
    const first = { id: 'b', url: 'http://b.example' };
    const sent = await sendToLiveServer({ ...options, first }, ({ id }) =>
      id === 'b' ? Promise.reject(broken()) : Promise.resolve(id),
    );
    expect([sent, heard]).toEqual(['a', ['b: failed', 'a: answered']]);
    expect(api.asked.map(({ url }) => url)).toEqual(['/getServer?exclude=b']);
  });

  test('does not repeat what is the request’s own fault', async () => {
    const { options, heard } = await registryOf(['a', 'b']);
    await expect(sendToLiveServer(options, () => Promise.reject(refusing()))).rejects.toMatchObject({
      status: 409,
    });
    expect(heard).toEqual([]);
  });

  test('tries those that failed again when nobody else is left: they may be back', async () => {
    const { options, heard } = await registryOf(['a']);
    let tries = 0;
    const sent = await sendToLiveServer(options, ({ id }) => {
      tries += 1;
      return tries < 2 ? Promise.reject(broken()) : Promise.resolve(id);
    });
    expect([sent, heard]).toEqual(['a', ['a: failed', 'a: answered']]);
  });

  test('gives up after its attempts, with the last failure', async () => {
    const { options } = await registryOf([]);
    await expect(sendToLiveServer(options, () => Promise.resolve('x'))).rejects.toMatchObject({
      problem: { code: 'unavailable' },
    });
  });
});
