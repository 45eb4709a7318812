import { describe, expect, test } from '@jest/globals';
import { canonicalJson } from '@layers/domain/canonical-json';
import fc from 'fast-check';
import { propertyTimeoutMs, runs } from './stored-entities.ts';
import { anyJson } from './stored-parts.ts';

/** Names of all members of all objects in a canonical text, in the order in which they stand there. */
function namesOf(text: string): string[][] {
  const names: string[][] = [];
  const open: string[][] = [];
  for (const [token, name] of text.matchAll(/("(?:[^"\\]|\\.)*"):|"(?:[^"\\]|\\.)*"|[{}]/gu)) {
    if (token === '{') open.push([]);
    else if (token === '}') names.push(open.pop() ?? []);
    else if (name !== undefined) open.at(-1)?.push(JSON.parse(name) as string);
  }
  return names;
}

describe('Canonical JSON (RFC 8785)', () => {
  test('sorts members by UTF-16 code units, those that look like array indexes too', () => {
    expect(canonicalJson({ 9: 'a', 10: 'b', '1e3': 'c', a: 'd' })).toBe(
      '{"10":"b","1e3":"c","9":"a","a":"d"}',
    );
  });

  test('writes the example of section 3.2.3 of RFC 8785', () => {
    const value = {
      '€': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      1: 'One',
      '😀': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      ö: 'Latin Small Letter O With Diaeresis',
    };
    expect(Object.values(JSON.parse(canonicalJson(value)) as object)).toHaveLength(7);
    expect(namesOf(canonicalJson(value))[0]).toEqual(['\r', '1', '\u0080', 'ö', '€', '😀', '\ufb33']);
  });

  test(
    'sorts the members of every object',
    () => {
      fc.assert(
        fc.property(anyJson, (value) => {
          for (const names of namesOf(canonicalJson(value))) {
            expect(names).toEqual(names.toSorted((one, other) => (one < other ? -1 : 1)));
          }
        }),
        runs,
      );
    },
    propertyTimeoutMs,
  );

  test('means the value that it was made of', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      runs,
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, undefined, { deep: [Number.NaN] }])(
    'refuses %p, which JSON has no form for',
    (value) => {
      expect(() => canonicalJson(value)).toThrow(TypeError);
    },
  );
});
