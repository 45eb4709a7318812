import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createFunction, deleteFunctions, invoke } from './lambda-function.ts';

const logs = new CloudWatchLogsClient({});

afterAll(deleteFunctions);

/** Await a condition on what grows, such as a log. */
async function eventually<T>(read: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error('It did not come about within 10 s.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('the log of a function', () => {
  const talking = `
    console.log('init');
    export const handler = async () => { console.info('one %d', 1); console.error('two\\nlines'); };`;

  const messages = async (name: string): Promise<string[]> =>
    eventually(async () => {
      try {
        const { events = [] } = await logs.send(
          new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}` }),
        );
        const lines = events.map(({ message = '' }) => message.trimEnd());
        return lines.some((line) => /^REPORT|platform\.report/.test(line)) ? lines : undefined;
      } catch (error) {
        if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
        throw error;
      }
    });

  test('is in CloudWatch Logs between START and END, with a REPORT of durations, memory and init', async () => {
    const name = await createFunction({ 'index.mjs': talking });
    await invoke(name);
    const lines = await messages(name);
    const id = /^START RequestId: (\S+) Version: \$LATEST$/.exec(lines[2] ?? '')?.[1] ?? 'none';
    const time = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';
    expect(lines).toEqual([
      'INIT_START Runtime Version: nodejs:24',
      expect.stringMatching(new RegExp(`^${time}\tundefined\tINFO\tinit$`)),
      `START RequestId: ${id} Version: $LATEST`,
      expect.stringMatching(new RegExp(`^${time}\t${id}\tINFO\tone 1$`)),
      expect.stringMatching(new RegExp(`^${time}\t${id}\tERROR\ttwo\rlines$`)),
      `END RequestId: ${id}`,
      expect.stringMatching(
        new RegExp(
          `^REPORT RequestId: ${id}\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 256 MB\t` +
            'Max Memory Used: \\d+ MB\tInit Duration: [\\d.]+ ms$',
        ),
      ),
    ]);
  });

  test('reports the init phase once, and bills whole milliseconds of init and invocation', async () => {
    const name = await createFunction({ 'index.mjs': talking });
    const [cold, warm] = [await invoke(name), await invoke(name)];
    const figures = (lines: readonly string[]): number[] =>
      (lines.find((line) => line.startsWith('REPORT')) ?? '').match(/[\d.]+(?= ms)/g)?.map(Number) ?? [];
    const [duration = 0, billed, init = 0] = figures(cold.log);
    expect(billed).toBe(Math.ceil(duration + init));
    const [warmDuration = 0, warmBilled, ...rest] = figures(warm.log);
    expect(warmBilled).toBe(Math.ceil(warmDuration));
    expect(rest).toEqual([]);
  });

  test('is JSON where the function asks for it', async () => {
    const code = `export const handler = async () => {
      console.info({ cart: 7 }); console.debug('hidden'); console.warn('careful', new RangeError('far')); };`;
    const name = await createFunction({ 'index.mjs': code }, { LoggingConfig: { LogFormat: 'JSON' } });
    await invoke(name);
    const records = (await messages(name)).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records).toMatchObject([
      { type: 'platform.initStart' },
      { type: 'platform.start', record: { version: '$LATEST' } },
      { level: 'INFO', message: { cart: 7 }, requestId: expect.any(String) },
      {
        level: 'WARN',
        errorType: 'RangeError',
        errorMessage: 'far',
        message: expect.stringMatching(/^careful/),
      },
      { type: 'platform.report', record: { status: 'success', metrics: { memorySizeMB: 256 } } },
    ]);
  });
});
