import * as z from 'zod/mini';

/** Names of models and data sets: words of a-z and 0-9 joined by hyphens. A model's folder bears its name. */
export const modelName = z.string().check(z.maxLength(80), z.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/));

export const argumentsMax = 200;
export const labelsMax = 100;

// Built with the first card that is read: functions that read none would spend 6 ms of their start on it.
const text = () => z.string().check(z.minLength(1), z.maxLength(500));
const sha256 = () => z.string().check(z.regex(/^[0-9a-f]{64}$/));
const share = () => z.number().check(z.gte(0), z.lte(1));

const named = () => ({
  name: z.string().check(z.minLength(1), z.maxLength(80)),
  description: z.optional(text()),
  required: z.boolean(),
});

const numberArgument = () =>
  z.object({
    ...named(),
    type: z.enum(['number', 'integer']),
    unit: z.optional(z.string().check(z.maxLength(40))),
    minimum: z.optional(z.number()).check(z.meta({ description: 'Below it a value is refused.' })),
    maximum: z.optional(z.number()).check(z.meta({ description: 'Above it a value is refused.' })),
    trainingRange: z
      .optional(z.tuple([z.number(), z.number()]))
      .check(z.meta({ description: 'Outside it a value is answered with a warning.' })),
    default: z.optional(z.number()),
  });

const categoryArgument = () =>
  z.object({
    ...named(),
    type: z.literal('category'),
    values: z
      .array(z.string().check(z.minLength(1), z.maxLength(80)))
      .check(z.minLength(1), z.maxLength(100)),
    default: z.optional(z.string()),
  });

/** What a caller gives: a column of the data. A category becomes its place in `values`. */
const argument = () => z.discriminatedUnion('type', [numberArgument(), categoryArgument()]);

/** What 1 − p(label) may be at most for the label to belong to the set (Sadinle et al. 2019). */
const setUncertainty = () => z.object({ level: share(), quantile: share(), coverage: z.optional(share()) });

/** value ± quantile of the first bin whose `upTo` is not below the value; the last bin has none. */
const intervalUncertainty = () =>
  z.object({
    level: share(),
    bins: z
      .array(z.object({ upTo: z.optional(z.number()), quantile: z.number().check(z.gte(0)) }))
      .check(z.minLength(1), z.maxLength(100)),
    coverage: z.optional(share()),
  });

const scores = () => z.record(z.string().check(z.maxLength(40)), z.number());

const describes = () => ({
  name: modelName,
  version: z.string().check(z.minLength(1), z.maxLength(40)),
  dataset: modelName,
  title: z.optional(text()),
  family: text(),
  licence: text(),
  file: z.object({
    name: z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}\.onnx$/)),
    sha256: sha256(),
    sizeBytes: z.optional(z.int().check(z.gte(1))),
  }),
  data: z.optional(
    z.object({
      file: z.optional(text()),
      sha256: z.optional(sha256()),
      rows: z.optional(z.int().check(z.gte(1))),
      source: z.optional(text()),
      licence: z.optional(text()),
    }),
  ),
  trainedWith: z.optional(z.record(z.string().check(z.maxLength(80)), z.string().check(z.maxLength(80)))),
  calibration: z.optional(text()),
  arguments: z.array(argument()).check(z.minLength(1), z.maxLength(argumentsMax)),
  target: z.optional(z.string().check(z.maxLength(80))),
  output: z
    .string()
    .check(
      z.minLength(1),
      z.maxLength(200),
      z.meta({ description: 'The name of the tensor that holds the answer.' }),
    ),
  scores: z
    .optional(z.object({ mean: scores(), byFold: z.optional(z.array(scores()).check(z.maxLength(100))) }))
    .check(z.meta({ description: 'Out of fold, never on rows the model was trained on.' })),
  consensus: z
    .optional(z.object({ medianAbsoluteError: z.number().check(z.positive()), of: modelName }))
    .check(z.meta({ description: 'The scale of losses, the same for every model of the data set.' })),
});

const classifierCard = () =>
  z.object({
    ...describes(),
    task: z.literal('classification'),
    labels: z
      .array(z.string().check(z.minLength(1), z.maxLength(80)))
      .check(z.minLength(2), z.maxLength(labelsMax)),
    uncertainty: z.optional(setUncertainty()),
  });

const regressorCard = () =>
  z.object({
    ...describes(),
    task: z.literal('regression'),
    unit: z.string().check(z.minLength(1), z.maxLength(40)),
    limits: z.optional(z.tuple([z.number(), z.number()])),
    uncertainty: z.optional(intervalUncertainty()),
  });

/** Everything about one model that a caller, a member of a group or an auditor may ask. */
export const modelCard = z.lazy(() =>
  z.discriminatedUnion('task', [classifierCard(), regressorCard()]).check(
    z.superRefine((card, context) => {
      for (const [index, { name, required, default: value }] of card.arguments.entries()) {
        const refuse = (message: string) =>
          context.addIssue({ code: 'custom', path: ['arguments', index], message });
        if (!required && value === undefined) refuse(`${name} may be left out, so it needs a default`);
        if (card.arguments.findIndex((other) => other.name === name) !== index)
          refuse(`${name} is there twice`);
        if (reservedNames.includes(name)) refuse(`${name} is the name of a parameter of its own`);
      }
    }),
    z.meta({ id: 'ModelCard' }),
  ),
);

/** Query parameters that say who is asked, and how one answer is made of many. */
export const reservedNames: readonly string[] = ['model', 'dataset', 'weighting', 'aggregator'];

export type ModelCard = z.output<typeof modelCard>;
export type ClassifierCard = z.output<ReturnType<typeof classifierCard>>;
export type RegressorCard = z.output<ReturnType<typeof regressorCard>>;
export type Argument = z.output<ReturnType<typeof argument>>;
export type NumberArgument = z.output<ReturnType<typeof numberArgument>>;
