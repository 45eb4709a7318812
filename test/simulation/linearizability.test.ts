import { describe, expect, test } from '@jest/globals';
import { checkLinearizable, type Event } from './linearizability.ts';
import type { Value } from './operations.ts';

const unanswered = Number.POSITIVE_INFINITY;
const event = (
  from: number,
  to: number,
  saw: Record<string, Value>,
  put: Record<string, Value> = {},
): Event => ({
  invokedAtMs: from,
  returnedAtMs: to,
  effects: [{ saw: new Map(Object.entries(saw)), put: new Map(Object.entries(put)) }],
  label: '',
});
const write = (from: number, to: number, value: Value, saw: Record<string, Value> = {}): Event =>
  event(from, to, saw, { x: value });
const read = (from: number, to: number, value: Value): Event => event(from, to, { x: value });

const good: Record<string, Event[]> = {
  'nothing at all': [],
  'one after the other': [write(0, 1, 'a'), read(2, 3, 'a'), write(4, 5, 'b'), read(6, 7, 'b')],
  'a read beside a write sees the old value': [write(0, 1, 'a'), write(2, 9, 'b'), read(3, 4, 'a')],
  'a read beside a write sees the new value': [write(0, 1, 'a'), write(2, 9, 'b'), read(3, 4, 'b')],
  'an unanswered write took effect': [write(0, unanswered, 'a'), read(5, 6, 'a')],
  'an unanswered write took effect late': [
    write(0, 1, 'a'),
    write(2, unanswered, 'b'),
    read(3, 4, 'a'),
    read(5, 6, 'b'),
  ],
  'an unanswered write never took effect': [write(0, 1, 'a'), write(2, unanswered, 'b'), read(3, 4, 'a')],
};

const bad: Record<string, Event[]> = {
  'a lost write': [write(0, 1, 'a'), read(2, 3, undefined)],
  'a read that goes back': [write(0, 1, 'a'), write(2, 9, 'b'), read(3, 4, 'b'), read(5, 6, 'a')],
  'a value that nobody wrote': [write(0, 1, 'a'), read(2, 3, 'z')],
  'a lost update': [write(0, 1, '1'), write(2, 8, '2', { x: '1' }), write(3, 9, '2', { x: '1' })],
  'two readers in two orders': [
    write(0, 20, 'a'),
    write(0, 20, 'b'),
    read(1, 2, 'a'),
    read(3, 4, 'b'),
    read(5, 6, 'a'),
  ],
  'an effect before its call': [read(0, 1, 'a'), write(2, 3, 'a')],
};

describe('the linearizability checker', () => {
  test.each(Object.entries(good))('accepts: %s', (_name, events) => {
    expect(checkLinearizable(events, ['x'])).toBe('linearizable');
  });

  test.each(Object.entries(bad))('refuses: %s', (_name, events) => {
    expect(checkLinearizable(events, ['x'])).toBe('not linearizable');
  });

  test('refuses a reading that is torn between two records', () => {
    const both = (from: number, value: Value) => event(from, from + 1, {}, { x: value, y: value });
    const torn = event(10, 11, { x: 'b', y: 'a' });
    expect(checkLinearizable([both(0, 'a'), both(2, 'b'), torn], ['x', 'y'])).toBe('not linearizable');
  });

  test('refuses write skew: a decision upon what no longer held', () => {
    const events = [
      event(0, 1, {}, { x: 'a', y: 'a' }),
      event(2, 9, { x: 'a', y: 'a' }, { y: 'c' }),
      event(3, 4, {}, { x: 'b' }),
      event(5, 6, { x: 'b', y: 'a' }),
    ];
    expect(checkLinearizable(events, ['x', 'y'])).toBe('not linearizable');
  });

  test('takes any one of several effects for an answer that was replayed', () => {
    const saw = (value: Value) => ({ saw: new Map([['x', value]]), put: new Map([['x', 'c']]) });
    const replayed: Event = { invokedAtMs: 2, returnedAtMs: 5, effects: [saw('z'), saw('a')], label: '' };
    expect(checkLinearizable([write(0, 1, 'a'), replayed, read(6, 7, 'c')], ['x'])).toBe('linearizable');
  });
});
