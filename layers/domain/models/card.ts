import * as z from 'zod';

/** Names of models and data sets: words of a-z and 0-9 joined by hyphens. A model's folder bears its name. */
export const modelName = z
  .string()
  .max(80)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);

export const argumentsMax = 200;
export const labelsMax = 100;
const text = z.string().min(1).max(500);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const share = z.number().min(0).max(1);

const named = { name: z.string().min(1).max(80), description: text.optional(), required: z.boolean() };

const numberArgument = z.object({
  ...named,
  type: z.enum(['number', 'integer']),
  unit: z.string().max(40).optional(),
  minimum: z.number().optional().meta({ description: 'Below it a value is refused.' }),
  maximum: z.number().optional().meta({ description: 'Above it a value is refused.' }),
  trainingRange: z
    .tuple([z.number(), z.number()])
    .optional()
    .meta({ description: 'Outside it a value is answered with a warning.' }),
  default: z.number().optional(),
});

const categoryArgument = z.object({
  ...named,
  type: z.literal('category'),
  values: z.array(z.string().min(1).max(80)).min(1).max(100),
  default: z.string().optional(),
});

/** What a caller gives: a column of the data. A category becomes its place in `values`. */
export const argument = z.discriminatedUnion('type', [numberArgument, categoryArgument]);

/** What 1 − p(label) may be at most for the label to belong to the set (Sadinle et al. 2019). */
const setUncertainty = z.object({ level: share, quantile: share, coverage: share.optional() });

/** value ± quantile of the first bin whose `upTo` is not below the value; the last bin has none. */
const intervalUncertainty = z.object({
  level: share,
  bins: z
    .array(z.object({ upTo: z.number().optional(), quantile: z.number().min(0) }))
    .min(1)
    .max(100),
  coverage: share.optional(),
});

const scores = z.record(z.string().max(40), z.number());

const describes = {
  name: modelName,
  version: z.string().min(1).max(40),
  dataset: modelName,
  title: text.optional(),
  family: text,
  licence: text,
  file: z.object({
    name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}\.onnx$/),
    sha256,
    sizeBytes: z.int().min(1).optional(),
  }),
  data: z
    .object({
      file: text.optional(),
      sha256: sha256.optional(),
      rows: z.int().min(1).optional(),
      source: text.optional(),
      licence: text.optional(),
    })
    .optional(),
  trainedWith: z.record(z.string().max(80), z.string().max(80)).optional(),
  calibration: text.optional(),
  arguments: z.array(argument).min(1).max(argumentsMax),
  target: z.string().max(80).optional(),
  output: z.string().min(1).max(200).meta({ description: 'The name of the tensor that holds the answer.' }),
  scores: z
    .object({ mean: scores, byFold: z.array(scores).max(100).optional() })
    .optional()
    .meta({ description: 'Out of fold, never on rows the model was trained on.' }),
  consensus: z
    .object({ medianAbsoluteError: z.number().positive(), of: modelName })
    .optional()
    .meta({ description: 'The scale of losses, the same for every model of the data set.' }),
};

const classifierCard = z.object({
  ...describes,
  task: z.literal('classification'),
  labels: z.array(z.string().min(1).max(80)).min(2).max(labelsMax),
  uncertainty: setUncertainty.optional(),
});

const regressorCard = z.object({
  ...describes,
  task: z.literal('regression'),
  unit: z.string().min(1).max(40),
  limits: z.tuple([z.number(), z.number()]).optional(),
  uncertainty: intervalUncertainty.optional(),
});

/** Everything about one model that a caller, a member of a group or an auditor may ask. */
export const modelCard = z
  .discriminatedUnion('task', [classifierCard, regressorCard])
  .superRefine((card, context) => {
    for (const [index, { name, required, default: value }] of card.arguments.entries()) {
      const refuse = (message: string) =>
        context.addIssue({ code: 'custom', path: ['arguments', index], message });
      if (!required && value === undefined) refuse(`${name} may be left out, so it needs a default`);
      if (card.arguments.findIndex((other) => other.name === name) !== index)
        refuse(`${name} is there twice`);
      if (reservedNames.includes(name)) refuse(`${name} is the name of a parameter of its own`);
    }
  })
  .meta({ id: 'ModelCard' });

/** Query parameters that say who is asked, and how one answer is made of many. */
export const reservedNames: readonly string[] = ['model', 'dataset', 'weighting', 'aggregator'];

export type ModelCard = z.output<typeof modelCard>;
export type ClassifierCard = z.output<typeof classifierCard>;
export type RegressorCard = z.output<typeof regressorCard>;
export type Argument = z.output<typeof argument>;
export type NumberArgument = z.output<typeof numberArgument>;
