import { describe, expect, test } from '@jest/globals';
import { type Given, readRow } from '@layers/domain/models/arguments';
import type { ModelCard } from '@layers/domain/models/card';
import { isProblem, type Problem } from '@layers/domain/problem';
import fc from 'fast-check';
import { boat, price } from './cards.ts';

function problemOf(run: () => unknown): Problem {
  try {
    run();
  } catch (error) {
    if (isProblem(error)) return error;
    throw error;
  }
  throw new Error('No problem was thrown.');
}

const errorsOf = (given: Given, card: ModelCard = boat) =>
  Object.fromEntries(
    problemOf(() => readRow(card, given)).errors.map(({ pointer, detail }) => [pointer, detail]),
  );

describe('the arguments of a model', () => {
  test('become columns in the order of the card, categories by their place', () => {
    expect(readRow(boat, { hull: 'wood', masts: '3', lengthM: '12.5' })).toEqual({
      inputs: { lengthM: 12.5, masts: 3, hull: 'wood' },
      columns: [12.5, 3, 0],
      defaultsUsed: [],
      warnings: [],
    });
  });

  test('are imputed from the card where they may be left out, and the row says so', () => {
    const { columns, defaultsUsed } = readRow(boat, { lengthM: '12.5' });
    expect(columns).toEqual([12.5, 1, 1]);
    expect(defaultsUsed).toEqual(['masts', 'hull']);
  });

  test('outside the training range are answered with a warning', () => {
    expect(readRow(boat, { lengthM: '41' }).warnings).toEqual([
      { argument: 'lengthM', detail: '41 is outside the range 2 to 40 that the model was trained on' },
    ]);
    expect(readRow(boat, { lengthM: '40' }).warnings).toEqual([]);
  });

  test('that are wrong, missing, unknown and repeated are all named in one problem', () => {
    const errors = errorsOf({ masts: ['1', '2'], hull: 'paper', lenghtM: '3' });
    expect(errors).toEqual({
      '/query/lengthM': 'is missing',
      '/query/masts': 'is given 2 times; give it once',
      '/query/hull': 'must be one of wood, steel, not "paper"',
      '/query/lenghtM': 'is no argument of boat-rule. Did you mean lengthM?',
    });
  });

  test.each(['NaN', 'Infinity', '-Infinity', '1e308', '1e999', '0x10', ' 1', '1,5', 'null', '1e', '-0.4'])(
    'refuse %s as a length',
    (lengthM) =>
      expect(errorsOf({ lengthM })['/query/lengthM']).toMatch(/^must be a number \(m\) from 0.5 to 500/),
  );

  test('refuse what float32 cannot hold where the card sets no limits', () => {
    expect(errorsOf({ weightKg: '1e308' }, price)['/query/weightKg']).toContain('must be a number');
    expect(readRow(price, { weightKg: '-1e38' }).columns).toEqual([-1e38]);
  });

  test('refuse an empty text, and name the cure where there is one', () => {
    expect(errorsOf({ lengthM: '', masts: '' })).toEqual({
      '/query/lengthM': 'is empty',
      '/query/masts': 'is empty; leave it out and its default is used',
    });
  });

  test('refuse a fraction where a whole number is due', () => {
    expect(errorsOf({ lengthM: '3', masts: '1.5' })['/query/masts']).toContain('whole number');
  });

  test('are not taken from what every object has', () => {
    expect(errorsOf({ constructor: '1', toString: '2', lengthM: '3' })).toEqual({
      '/query/constructor': 'is no argument of boat-rule.',
      '/query/toString': 'is no argument of boat-rule.',
    });
  });

  test('either make finite columns within the limits, or a problem that names exactly the wrong ones', () => {
    const value = fc.oneof(
      fc.double().map(String),
      fc.constantFrom('wood', 'steel', '', 'NaN', '1', '12'),
      fc.string(),
      fc.array(fc.string(), { minLength: 2, maxLength: 3 }),
    );
    const name = fc.oneof(fc.constantFrom('lengthM', 'masts', 'hull'), fc.string());
    const isRight: Readonly<Record<string, (given: unknown) => boolean>> = {
      lengthM: (given) =>
        typeof given === 'string' &&
        /^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(given) &&
        Number(given) >= 0.5 &&
        Number(given) <= 500,
      masts: (given) =>
        typeof given === 'string' &&
        /^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(given) &&
        Number.isInteger(Number(given)) &&
        Number(given) >= 0 &&
        Number(given) <= 9,
      hull: (given) => given === 'wood' || given === 'steel',
    };
    fc.assert(
      fc.property(fc.dictionary(name, value), (given) => {
        const names = new Set([...Object.keys(given), 'lengthM']);
        const wrong = [...names].filter(
          (key) => !(Object.hasOwn(isRight, key) && isRight[key]?.(given[key]) === true),
        );
        if (wrong.length === 0) {
          const { columns } = readRow(boat, given);
          expect(columns).toHaveLength(3);
          expect(columns.every((column) => Number.isFinite(Math.fround(column)))).toBe(true);
        } else {
          const problem = problemOf(() => readRow(boat, given));
          expect(problem.kind).toBe('invalid-request');
          const pointers = wrong.map((key) => `/query/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
          expect(problem.errors.map(({ pointer }) => pointer).sort()).toEqual(pointers.sort());
        }
      }),
      { numRuns: 500 },
    );
  });
});
