import { type ClassifierCard, modelCard, type RegressorCard } from '@layers/domain/models/card';

const described = { version: '1', family: 'a rule of thumb', licence: 'Apache-2.0' };
const file = { name: 'model.onnx', sha256: 'a'.repeat(64) };

/** A small card of two labels, with an argument of every type. */
export const boat = modelCard.parse({
  ...described,
  name: 'boat-rule',
  dataset: 'boat',
  task: 'classification',
  file,
  output: 'probabilities',
  labels: ['sinks', 'floats'],
  arguments: [
    {
      name: 'lengthM',
      type: 'number',
      unit: 'm',
      required: true,
      minimum: 0.5,
      maximum: 500,
      trainingRange: [2, 40],
    },
    { name: 'masts', type: 'integer', required: false, minimum: 0, maximum: 9, default: 1 },
    { name: 'hull', type: 'category', required: false, values: ['wood', 'steel'], default: 'steel' },
  ],
  scores: { mean: { logLoss: 0.4 } },
  uncertainty: { level: 0.9, quantile: 0.6 },
}) as ClassifierCard;

/** A small card of a value. */
export const price = modelCard.parse({
  ...described,
  name: 'price-rule',
  dataset: 'price',
  task: 'regression',
  file,
  output: 'value',
  unit: 'EUR',
  limits: [0, 1000],
  arguments: [{ name: 'weightKg', type: 'number', required: true }],
  scores: { mean: { rmse: 12 } },
  uncertainty: { level: 0.9, bins: [{ upTo: 100, quantile: 10 }, { quantile: 250 }] },
}) as RegressorCard;
