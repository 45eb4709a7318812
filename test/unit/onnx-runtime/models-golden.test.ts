/** @jest-environment ./test/setup/models-environment.mjs */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readRow } from '@layers/domain/models/arguments';
import type { ModelCard } from '@layers/domain/models/card';
import { readCatalogue } from '@layers/onnx-runtime/catalogue';
import { modelsFolder } from '@layers/onnx-runtime/models-folder';
import { onnxPredictor } from '@layers/onnx-runtime/predictor';

const folder = join(import.meta.dirname, '..', '..', '..', 'layers', 'onnx-runtime', 'training', 'golden');
const { cards, refused } = readCatalogue(modelsFolder);
const predictor = onnxPredictor(modelsFolder);

interface Golden {
  readonly given: Readonly<Record<string, string>>;
  readonly wanted: readonly number[];
}

/** Rows of arguments with what the training tool itself answers for them by the model of the card. */
function golden(card: ModelCard): Golden[] {
  const [header = '', ...lines] = readFileSync(join(folder, `${card.dataset}.csv`), 'utf8')
    .trim()
    .split('\n');
  const names = header.split(',');
  const isOwn = (name: string) => name.split(':')[0] === card.name;
  const isArgument = (name: string) => card.arguments.some((argument) => argument.name === name);
  return lines.map((line) => {
    const cells = line.split(',').map((text, place) => ({ name: names[place] ?? '', text }));
    const own = cells.filter(({ name }) => isOwn(name)).map(({ text }) => Number(text));
    const isPair = card.task === 'classification' && own.length === 1;
    const given = cells.filter(({ name, text }) => isArgument(name) && text !== '');
    return {
      given: Object.fromEntries(given.map(({ name, text }) => [name, text])),
      wanted: isPair ? [1 - (own[0] ?? 0), ...own] : own,
    };
  });
}

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

  test.each(cards.map((card) => [card.name, card] as const))('%s', async (_, card) => {
    const rows = golden(card);
    expect(rows.length).toBeGreaterThanOrEqual(20);
    for (const { given, wanted } of rows) {
      const { columns } = readRow(card, given);
      const output = [...(await predictor.predict(card, Float32Array.from(columns), 1))];
      expect(output).toHaveLength(wanted.length);
      const tolerance =
        card.task === 'classification'
          ? probabilityTolerance
          : Math.abs(wanted[0] ?? 0) * relativeTolerance(card);
      const far = output.map((value, place) => Math.abs(value - (wanted[place] ?? Number.NaN)));
      expect(Math.max(...far)).toBeLessThanOrEqual(tolerance);
    }
  });

  const models = cards.map((card) => [card.name, card] as const);
  test.each(models)('%s alike in a batch and row by row', async (_, card) => {
    const rows = golden(card).map(({ given }) => readRow(card, given).columns);
    const together = [...(await predictor.predict(card, Float32Array.from(rows.flat()), rows.length))];
    const single = await Promise.all(rows.map((row) => predictor.predict(card, Float32Array.from(row), 1)));
    const scale = card.task === 'classification' ? probabilityTolerance : 500_000 * 1e-6;
    const far = single
      .flatMap((output) => [...output])
      .map((value, index) => Math.abs(value - (together[index] ?? Number.NaN)));
    expect(Math.max(...far)).toBeLessThanOrEqual(scale);
  });
});
