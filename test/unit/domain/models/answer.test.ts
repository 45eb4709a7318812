import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { answerOf, predictionOf, standardAnswer, uncertaintyOf } from '@layers/domain/models/answer';
import { readRow } from '@layers/domain/models/arguments';
import { type ModelCard, modelCard } from '@layers/domain/models/card';
import fc from 'fast-check';
import { boat, price } from './cards.ts';

describe('the standard answer', () => {
  const call = { id: '6f9619ff-8b86-4d11-b42d-00cf4fc964ff', timingMs: 0.4 };

  test('of a classifier has the likeliest label, all probabilities and a set', () => {
    const answer = answerOf(boat, readRow(boat, { lengthM: '50' }), [0.25, 0.75], call);
    expect(answer.prediction).toEqual({ label: 'floats', probabilities: { sinks: 0.25, floats: 0.75 } });
    expect(answer.uncertainty).toEqual({ level: 0.9, set: ['floats'] });
    expect(answer.defaultsUsed).toEqual(['masts', 'hull']);
    expect(answer.warnings).toHaveLength(1);
    expect(standardAnswer.parse(answer)).toEqual(answer);
  });

  test('of a value has its unit and an interval within the limits', () => {
    const answer = answerOf(price, readRow(price, { weightKg: '2' }), [900], call);
    expect(answer.prediction).toEqual({ value: 900, unit: 'EUR' });
    expect(answer.uncertainty).toEqual({ level: 0.9, interval: [650, 1000] });
    expect(standardAnswer.parse(answer)).toEqual(answer);
  });

  test.each([
    [boat, [0.5, 0.6]],
    [boat, [Number.NaN, 1]],
    [boat, [-0.2, 1.2]],
    [price, [Number.POSITIVE_INFINITY]],
    [price, []],
  ] as const)('is a problem when a model puts out what cannot be one: %#', (card: ModelCard, output) => {
    expect(() => predictionOf(card, output)).toThrow(
      /unavailable: (boat|price)-rule ran but its answer cannot be used/,
    );
  });

  test('never has an empty set, and a set holds the likeliest label', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (p) => {
        const prediction = predictionOf(boat, [1 - p, p]);
        const uncertainty = uncertaintyOf({ ...boat, uncertainty: { level: 0.9, quantile: 0 } }, prediction);
        expect(uncertainty).toMatchObject({
          set: expect.arrayContaining(['label' in prediction ? prediction.label : '']) as unknown,
        });
      }),
    );
  });
});

const layer = join(import.meta.dirname, '..', '..', '..', '..', 'layers', 'onnx-runtime');
const cardNamed = (name: string) =>
  modelCard.parse(JSON.parse(readFileSync(join(layer, 'models', name, 'card.json'), 'utf8')));

interface Answers {
  readonly card: ModelCard;
  readonly rows: readonly {
    readonly fold: number;
    readonly truth: number;
    readonly output: readonly number[];
  }[];
}

/** The committed out-of-fold answers of every model of a data set. */
function outOfFold(dataset: string): Answers[] {
  const [header = '', ...lines] = readFileSync(
    join(layer, 'training', 'out-of-fold', `${dataset}.csv`),
    'utf8',
  )
    .trim()
    .split('\n');
  const names = header.split(',').map((column) => column.split(':')[0] ?? '');
  const models = [...new Set(names.slice(2))];
  const cells = lines.map((line) => line.split(',').map(Number));
  return models.map((model) => {
    const card = cardNamed(model);
    const rows = cells.map((row) => {
      const own = row.filter((_, column) => names[column] === model);
      const output = card.task === 'classification' && own.length === 1 ? [1 - (own[0] ?? 0), ...own] : own;
      return { fold: row[0] ?? 0, truth: row[1] ?? 0, output };
    });
    return { card, rows };
  });
}

function isCovered(card: ModelCard, output: readonly number[], truth: number): boolean {
  const known = uncertaintyOf(card, predictionOf(card, output));
  if (known === undefined) return false;
  if ('set' in known) return card.task === 'classification' && known.set.includes(card.labels[truth] ?? '');
  return known.interval[0] <= truth && truth <= known.interval[1];
}

/** The ⌈(n + 1) 0.9⌉-th smallest. */
function quantile(scores: readonly number[]): number {
  const sorted = scores.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.ceil((sorted.length + 1) * 0.9), sorted.length) - 1] ?? Number.NaN;
}

/** The card with the quantiles that these rows give, so that a fold is judged by the nine others. */
function calibratedOn(card: ModelCard, rows: Answers['rows']): ModelCard {
  if (card.task === 'classification') {
    return {
      ...card,
      uncertainty: {
        level: 0.9,
        quantile: quantile(rows.map(({ output, truth }) => 1 - (output[truth] ?? 0))),
      },
    };
  }
  const edges = card.uncertainty?.bins.map(({ upTo = Number.POSITIVE_INFINITY }) => upTo) ?? [];
  const bins = edges.map((upTo, place) => {
    const inside = rows.filter(
      ({ output: [value = 0] }) => value <= upTo && value > (edges[place - 1] ?? Number.NEGATIVE_INFINITY),
    );
    return {
      upTo,
      quantile: quantile(inside.map(({ output: [value = 0], truth }) => Math.abs(value - truth))),
    };
  });
  return { ...card, uncertainty: { level: 0.9, bins } };
}

describe.each(['iris', 'titanic', 'california-housing'])('sets and intervals of %s', (dataset) => {
  const models = outOfFold(dataset).map((answers) => [answers.card.name, answers] as const);
  // Three standard deviations of a share of 0.9 below it: less would be met by chance.
  const least = (rows: number) => 0.9 - 3 * Math.sqrt((0.9 * 0.1) / rows);

  test.each(models)('%s: the card covers nine of ten truths out of fold', (_, { card, rows }) => {
    const covered = rows.filter(({ output, truth }) => isCovered(card, output, truth)).length;
    expect(covered / rows.length).toBeGreaterThanOrEqual(0.899);
  });

  test.each(models)('%s: each fold is covered by quantiles of the nine others', (_, { card, rows }) => {
    const folds = [...new Set(rows.map(({ fold }) => fold))];
    const covered = folds.flatMap((fold) => {
      const calibrated = calibratedOn(
        card,
        rows.filter((row) => row.fold !== fold),
      );
      return rows.filter((row) => row.fold === fold && isCovered(calibrated, row.output, row.truth));
    });
    expect(covered.length / rows.length).toBeGreaterThanOrEqual(least(rows.length));
  });
});
