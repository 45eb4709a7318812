/** @jest-environment ./test/setup/models-environment.mjs */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readRow } from '@layers/domain/models/arguments';
import type { ModelCard } from '@layers/domain/models/card';
import { readCatalogue } from '@layers/onnx-runtime/catalogue';
import { onnxPredictor } from '@layers/onnx-runtime/predictor';

interface Golden {
  readonly rows: readonly Readonly<Record<string, number | string>>[];
  readonly answers: Readonly<Record<string, readonly (number | readonly number[])[]>>;
}

const folder = join(import.meta.dirname, '..', '..', '..', 'layers', 'onnx-runtime', 'training', 'golden');
const { cards, refused } = readCatalogue();
const predictor = onnxPredictor();

const golden = (dataset: string) =>
  JSON.parse(readFileSync(join(folder, `${dataset}.json`), 'utf8')) as Golden;

/** Trees add the same leaves in another order; other models do float32 arithmetic throughout. */
const relativeTolerance = ({ family }: ModelCard) => (/boosting|forest|trees/.test(family) ? 1e-5 : 1e-3);
const probabilityTolerance = 1e-5;

describe('every model answers as the tool that trained it', () => {
  test('in all folders, of which none is refused', () => {
    expect(refused).toEqual([]);
    expect(cards.map(({ dataset }) => dataset)).toEqual(
      expect.arrayContaining(['iris', 'titanic', 'california-housing']),
    );
  });

  test.each(cards.map((card) => [card.name, card] as const))('%s', async (name, card) => {
    const { rows, answers } = golden(card.dataset);
    const expected = answers[name] ?? [];
    expect(expected.length).toBe(rows.length);
    expect(rows.length).toBeGreaterThanOrEqual(20);
    for (const [index, given] of rows.entries()) {
      const { columns } = readRow(card, given);
      const output = [...(await predictor.predict(card, Float32Array.from(columns), 1))];
      const wanted = [expected[index] ?? []].flat();
      expect(output).toHaveLength(wanted.length);
      const scale =
        card.task === 'classification'
          ? probabilityTolerance
          : Math.abs(wanted[0] ?? 0) * relativeTolerance(card);
      const far = output.map((value, place) => Math.abs(value - (wanted[place] ?? Number.NaN)));
      expect(Math.max(...far)).toBeLessThanOrEqual(scale);
    }
  });

  test.each(cards.map((card) => [card.name, card] as const))(
    '%s alike in a batch and row by row',
    async (_, card) => {
      const rows = golden(card.dataset).rows.map((given) => readRow(card, given).columns);
      const together = [...(await predictor.predict(card, Float32Array.from(rows.flat()), rows.length))];
      const single = await Promise.all(rows.map((row) => predictor.predict(card, Float32Array.from(row), 1)));
      const scale = card.task === 'classification' ? probabilityTolerance : 500_000 * 1e-6;
      const far = single
        .flatMap((output) => [...output])
        .map((value, index) => Math.abs(value - (together[index] ?? Number.NaN)));
      expect(Math.max(...far)).toBeLessThanOrEqual(scale);
    },
  );
});
