import * as z from 'zod/mini';
import { Problem } from '../problem.ts';
import type { Row } from './arguments.ts';
import { type ClassifierCard, type ModelCard, modelName, type RegressorCard } from './card.ts';

const probability = z.number().check(z.gte(0), z.lte(1));

export const classPrediction = z.lazy(() =>
  z.object({
    label: z.string(),
    probabilities: z.record(z.string(), probability),
  }),
);
export const valuePrediction = z.lazy(() => z.object({ value: z.number(), unit: z.string() }));

export const uncertainty = z.lazy(() =>
  z
    .union([
      z.object({ level: probability, set: z.array(z.string()) }),
      z.object({ level: probability, interval: z.tuple([z.number(), z.number()]) }),
    ])
    .check(
      z.meta({
        description:
          'Holds the truth in `level` of all cases (split conformal prediction over out-of-fold scores).',
      }),
    ),
);

/** The one answer of every model, here or at any other member of a group. */
export const standardAnswer = z.lazy(() =>
  z
    .object({
      id: z.uuid(),
      model: z.object({
        name: modelName,
        version: z.string(),
        sha256: z.string(),
        dataset: modelName,
        task: z.enum(['classification', 'regression']),
        family: z.string(),
      }),
      inputs: z.record(z.string(), z.union([z.number(), z.string()])),
      defaultsUsed: z
        .array(z.string())
        .check(z.meta({ description: 'Arguments that were not given and imputed.' })),
      warnings: z.array(z.object({ argument: z.string(), detail: z.string() })),
      prediction: z.union([classPrediction, valuePrediction]),
      uncertainty: z.optional(uncertainty),
      timingMs: z.number().check(z.gte(0)),
    })
    .check(z.meta({ id: 'StandardAnswer' })),
);

export type StandardAnswer = z.output<typeof standardAnswer>;
export type Prediction = StandardAnswer['prediction'];
export type Uncertainty = z.output<typeof uncertainty>;

const sumTolerance = 1e-3;

function brokenOutput(card: ModelCard, why: string): Problem {
  return new Problem(
    'unavailable',
    `${card.name} ran but its answer cannot be used: ${why}. Check its card and file.`,
  );
}

function classify(card: ClassifierCard, output: readonly number[]): z.output<typeof classPrediction> {
  const sum = output.reduce((total, p) => total + p, 0);
  if (!output.every((p) => p >= -sumTolerance && p <= 1 + sumTolerance) || Math.abs(sum - 1) > sumTolerance) {
    throw brokenOutput(card, `its probabilities are ${output.slice(0, 5).join(', ')}, which sum to ${sum}`);
  }
  const likeliest = output.indexOf(Math.max(...output));
  const clipped = output.map((p) => Math.min(Math.max(p, 0), 1));
  return {
    label: card.labels[likeliest] ?? '',
    probabilities: Object.fromEntries(card.labels.map((label, index) => [label, clipped[index] ?? 0])),
  };
}

/**
 * Turns one row of a model's output into what it means.
 * @throws Problem `unavailable` when the numbers are no probabilities, or no number
 */
export function predictionOf(card: ModelCard, output: readonly number[]): Prediction {
  if (card.task === 'classification') return classify(card, output);
  const value = output[0] ?? Number.NaN;
  if (!Number.isFinite(value)) throw brokenOutput(card, `its value is ${value}`);
  return { value, unit: card.unit };
}

function setOf(
  card: ClassifierCard,
  { label, probabilities }: z.output<typeof classPrediction>,
): Uncertainty | undefined {
  if (card.uncertainty === undefined) return undefined;
  const { level, quantile } = card.uncertainty;
  const inside = (name: string) => name === label || 1 - (probabilities[name] ?? 0) <= quantile;
  return { level, set: card.labels.filter(inside) };
}

function intervalOf(card: RegressorCard, value: number): Uncertainty | undefined {
  if (card.uncertainty === undefined) return undefined;
  const { level, bins } = card.uncertainty;
  const bin = bins.find(({ upTo }) => upTo === undefined || value <= upTo) ?? bins.at(-1);
  const [lowest, highest] = card.limits ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const within = (edge: number) => Math.min(Math.max(edge, lowest), highest);
  const half = bin?.quantile ?? Number.POSITIVE_INFINITY;
  return { level, interval: [within(value - half), within(value + half)] };
}

/** The conformal set or interval that belongs to a prediction; undefined when the card has no quantiles. */
export function uncertaintyOf(card: ModelCard, prediction: Prediction): Uncertainty | undefined {
  if (card.task === 'classification') return 'label' in prediction ? setOf(card, prediction) : undefined;
  return 'value' in prediction ? intervalOf(card, prediction.value) : undefined;
}

/** The standard answer for one row and what the model put out for it. */
export function answerOf(
  card: ModelCard,
  row: Row,
  output: readonly number[],
  call: { readonly id: string; readonly timingMs: number },
): StandardAnswer {
  const prediction = predictionOf(card, output);
  const known = uncertaintyOf(card, prediction);
  return {
    id: call.id,
    model: {
      name: card.name,
      version: card.version,
      sha256: card.file.sha256,
      dataset: card.dataset,
      task: card.task,
      family: card.family,
    },
    inputs: { ...row.inputs },
    defaultsUsed: [...row.defaultsUsed],
    warnings: [...row.warnings],
    prediction,
    ...(known === undefined ? {} : { uncertainty: known }),
    timingMs: call.timingMs,
  };
}
