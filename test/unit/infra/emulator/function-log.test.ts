import { describe, expect, test } from '@jest/globals';
import { parseLogLine, renderLogLine } from '../../../../infra/emulator/function-log.ts';

const event = (line: string) => ({
  time: '2026-11-22T16:26:48.466Z',
  function: 'tandem-shop',
  requestId: '5d7f5bd3-b24e-4c06-bb1c-53dc3cdb15af',
  stream: 'stdout',
  line,
});

describe('a line of the functions’ log', () => {
  test('shows a structured line as level, message and pairs', () => {
    const line = '{"level":"INFO","message":"answered","status":200,"path":"/products","note":"two words"}';
    expect(renderLogLine(event(line))).toBe(
      '16:26:48.466 tandem-shop  info  answered status=200 path=/products note="two words"',
    );
  });

  test('drops what Lambda’s text format puts before it', () => {
    const line = '2026-11-22T16:26:48.466Z\t5d7f5bd3-b24e-4c06-bb1c-53dc3cdb15af\tWARN\tplain words';
    expect(renderLogLine(event(line))).toBe('16:26:48.466 tandem-shop  warn  plain words');
  });

  test('folds START, END and REPORT into one', () => {
    expect(renderLogLine(event('START RequestId: 5d7f Version: $LATEST'))).toBeUndefined();
    expect(renderLogLine(event('END RequestId: 5d7f'))).toBeUndefined();
    const report =
      'REPORT RequestId: 5d7f\tDuration: 11.60 ms\tBilled Duration: 124 ms\tMemory Size: 512 MB\tMax Memory Used: 51 MB\tInit Duration: 112.29 ms\tStatus: timeout';
    expect(renderLogLine(event(report))).toBe(
      '16:26:48.466 tandem-shop  done  11.60ms memory=51MB init=112.29ms status=timeout',
    );
  });

  test('shows an uncaught error without its stack', () => {
    const error = JSON.stringify({
      errorType: 'ZodError',
      errorMessage: 'two\n  lines',
      stack: ['at a', 'at b'],
    });
    expect(
      renderLogLine(event(`2026-11-22T16:26:48.466Z\tundefined\tERROR\tUncaught Exception \t${error}`)),
    ).toBe('16:26:48.466 tandem-shop  error ZodError: two lines');
  });

  test('is never longer than a screen can bear', () => {
    expect(renderLogLine(event('x'.repeat(100_000)))?.length).toBeLessThan(2100);
  });

  test('that is not one is passed by', () => {
    expect(parseLogLine('{"time": 1')).toBeUndefined();
    expect(parseLogLine('{"message": "no function"}')).toBeUndefined();
    expect(parseLogLine(JSON.stringify(event('ok')))).toMatchObject({ function: 'tandem-shop', line: 'ok' });
  });
});
