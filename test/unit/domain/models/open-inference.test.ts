import { describe, expect, test } from '@jest/globals';
import { batchRowsMax, outputTensors, readRows, type Tensor } from '@layers/domain/models/open-inference';
import type { Problem } from '@layers/domain/problem';
import fc from 'fast-check';
import { boat, price } from './cards.ts';

const tensor = (name: string, datatype: string, data: unknown[]): Tensor => ({
  name,
  datatype,
  shape: [data.length],
  data,
});

function errorsOf(tensors: readonly Tensor[]) {
  try {
    readRows(boat, tensors);
  } catch (error) {
    return (error as Problem).errors.map(({ pointer, detail }) => `${pointer} ${detail}`);
  }
  return [];
}

describe('a batch of the Open Inference Protocol', () => {
  test('is read column by column, flat or nested', () => {
    const lengths = { ...tensor('lengthM', 'FP32', [[3], [4]]), shape: [2, 1] };
    expect(
      readRows(boat, [lengths, tensor('hull', 'BYTES', ['wood', 'steel'])]).map(({ columns }) => columns),
    ).toEqual([
      [3, 1, 0],
      [4, 1, 1],
    ]);
  });

  test('may leave optional arguments out, also in single rows', () => {
    const rows = readRows(boat, [tensor('lengthM', 'FP64', [3, 4]), tensor('masts', 'INT64', [2, null])]);
    expect(rows.map(({ defaultsUsed }) => defaultsUsed)).toEqual([['hull'], ['masts', 'hull']]);
  });

  test('names every wrong row and argument', () => {
    expect(errorsOf([tensor('lengthM', 'FP64', [3, null, 'x']), tensor('sail', 'FP64', [1, 1, 1])])).toEqual([
      '/body/inputs/sail is no argument of boat-rule. (row 0)',
      '/body/inputs/sail is no argument of boat-rule. (row 1)',
      '/body/inputs/lengthM is missing (row 1)',
      '/body/inputs/sail is no argument of boat-rule. (row 2)',
      '/body/inputs/lengthM must be a number (m) from 0.5 to 500, not "x" (row 2)',
    ]);
  });

  test('is refused where shapes, types and data do not fit each other', () => {
    expect(errorsOf([{ ...tensor('lengthM', 'FP64', [3, 4]), shape: [1, 2] }]).join()).toContain(
      '/body/inputs/0/shape',
    );
    expect(errorsOf([{ ...tensor('lengthM', 'FP64', [3]), shape: [2] }]).join()).toContain(
      '/body/inputs/0/data',
    );
    expect(errorsOf([tensor('lengthM', 'BYTES', ['3'])]).join()).toContain('/body/inputs/0/datatype');
    expect(errorsOf([tensor('lengthM', 'FP64', [3]), tensor('lengthM', 'FP64', [3])]).join()).toContain(
      'more than once',
    );
    expect(errorsOf([tensor('lengthM', 'FP64', [3]), tensor('masts', 'INT64', [1, 2])]).join()).toContain(
      '/body/inputs/1/shape',
    );
  });

  test('of too many rows is refused as too large, however it says so', () => {
    const many = tensor('lengthM', 'FP64', new Array(10_000).fill(3));
    expect(() => readRows(boat, [many])).toThrow(
      `payload-too-large: The batch has 10000 rows; at most ${batchRowsMax}`,
    );
    expect(() => readRows(boat, [{ ...many, shape: [1, 10_000] }])).toThrow(/invalid-request/);
  });

  test('never names more than fifty errors', () => {
    expect(errorsOf([tensor('lengthM', 'FP64', new Array(1000).fill('x'))])).toHaveLength(50);
  });

  test('is read or refused with a problem, whatever it holds', () => {
    const any = fc.record({
      name: fc.constantFrom('lengthM', 'masts', 'hull', 'sail'),
      datatype: fc.constantFrom('FP64', 'BYTES', 'INT64', 'TEXT'),
      shape: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
      data: fc.array(fc.anything(), { minLength: 1, maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 4 }), (tensors) => {
        try {
          for (const { columns } of readRows(boat, tensors))
            expect(columns.every(Number.isFinite)).toBe(true);
        } catch (error) {
          expect((error as Problem).kind).toBe('invalid-request');
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('its answer', () => {
  test('has labels and probabilities row by row', () => {
    const answers = [
      { label: 'sinks', probabilities: { sinks: 0.7, floats: 0.3 } },
      { label: 'floats', probabilities: { sinks: 0.1, floats: 0.9 } },
    ];
    expect(outputTensors(boat, answers)).toEqual([
      { name: 'label', datatype: 'BYTES', shape: [2], data: ['sinks', 'floats'] },
      { name: 'probabilities', datatype: 'FP64', shape: [2, 2], data: [0.7, 0.3, 0.1, 0.9] },
    ]);
  });

  test('has values', () => {
    expect(outputTensors(price, [{ value: 3, unit: 'EUR' }])).toEqual([
      { name: 'value', datatype: 'FP64', shape: [1], data: [3] },
    ]);
  });
});
