import { standardAnswer } from '@layers/domain/models/answer';
import { modelCard, modelName } from '@layers/domain/models/card';
import * as z from 'zod/mini';
import { routes } from './route.ts';

/** Loose on purpose: a name that is not there is answered with the nearest ones. */
const anyName = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(100),
    z.meta({ description: 'The name of a model.', examples: ['iris-lda'] }),
  );

const oneModel = () => ({ path: z.object({ name: anyName }) });
const oneServed = () => ({ path: z.object({ model: anyName }) });

/** The model's own arguments come beside these two; a name given twice arrives as a list and is refused with the rest. */
const value = z.union([
  z.string().check(z.maxLength(1000)),
  z.array(z.string().check(z.maxLength(1000))).check(z.maxLength(100)),
]);
/** What is documented is what is taken: one name, not a list. */
const oneName = { schema: { type: 'string', minLength: 1, maxLength: 100 } };
const asked = z.catchall(
  z.object({
    model: z
      .optional(value)
      .check(z.meta({ ...oneName, description: 'The model that is asked; or give `dataset`.' })),
    dataset: z.optional(value).check(
      z.meta({
        ...oneName,
        description: 'The data set whose best model is asked: iris, titanic, california-housing.',
      }),
    ),
  }),
  value,
);

const summary = z.object({
  name: modelName,
  version: z.string(),
  dataset: modelName,
  task: z.enum(['classification', 'regression']),
  family: z.string(),
  scores: z
    .optional(z.record(z.string(), z.number()))
    .check(z.meta({ description: 'Means over the folds, out of fold.' })),
  default: z.boolean().check(z.meta({ description: 'Whether it answers when only its data set is named.' })),
});

const tensorFields = {
  name: z.string().check(z.minLength(1), z.maxLength(100)),
  datatype: z.string().check(z.minLength(1), z.maxLength(10)),
  shape: z.array(z.int()).check(z.minLength(1), z.maxLength(4)),
};

const inputTensor = z.strictObject({
  ...tensorFields,
  shape: z.array(z.int().check(z.gte(1))).check(z.minLength(1), z.maxLength(4)),
  data: z.array(z.unknown()).check(z.minLength(1)),
  parameters: z.optional(z.record(z.string(), z.unknown())),
});

const inferRequest = z
  .strictObject({
    id: z.optional(z.string().check(z.minLength(1), z.maxLength(100))),
    parameters: z.optional(z.record(z.string(), z.unknown())),
    inputs: z.array(inputTensor).check(z.minLength(1), z.maxLength(200)),
    outputs: z.optional(
      z
        .array(
          z.strictObject({
            name: z.string().check(z.minLength(1), z.maxLength(100)),
            parameters: z.optional(z.record(z.string(), z.unknown())),
          }),
        )
        .check(z.maxLength(10)),
    ),
  })
  .check(z.meta({ id: 'InferRequest' }));

const inferAnswer = z
  .object({
    model_name: z.string(),
    model_version: z.string(),
    id: z.string(),
    outputs: z.array(z.object({ ...tensorFields, data: z.array(z.unknown()) })),
  })
  .check(z.meta({ id: 'InferAnswer' }));

const servedModel = z.object({
  name: z.string(),
  versions: z.array(z.string()),
  platform: z.string(),
  inputs: z.array(z.object(tensorFields)),
  outputs: z.array(z.object(tensorFields)),
});

export const models = routes({
  predict: {
    method: 'GET',
    path: '/predict',
    summary: 'Asks one model',
    description:
      'Beside `model` or `dataset`, give the arguments by the names of the data: `/predict?dataset=iris&sepalLengthCm=5.1' +
      '&sepalWidthCm=3.5&petalLengthCm=1.4&petalWidthCm=0.2`. `GET /models/{name}` lists them with units and ranges. ' +
      'Optional ones may be left out; the answer says which were imputed.',
    request: () => ({ query: asked }),
    responses: () => ({ 200: { description: 'The standard answer.', body: standardAnswer } }),
    problems: ['not-found', 'unavailable'],
  },
  listModels: {
    method: 'GET',
    path: '/models',
    summary: 'The models that can be asked',
    request: {},
    responses: () => ({
      200: {
        description: 'By data set, the best first; and folders that were refused.',
        body: z.object({
          items: z.array(summary),
          refused: z.array(z.object({ folder: z.string(), reason: z.string() })),
        }),
      },
    }),
    problems: [],
  },
  readModel: {
    method: 'GET',
    path: '/models/{name}',
    summary: 'The card of one model',
    request: oneModel,
    responses: () => ({
      200: { description: 'Arguments, labels, scores, hashes, licence.', body: modelCard },
    }),
    problems: ['not-found', 'unavailable'],
  },
  readServer: {
    method: 'GET',
    path: '/v2',
    summary: 'Open Inference Protocol v2: the server',
    request: {},
    responses: () => ({
      200: {
        description: 'Name and version.',
        body: z.object({ name: z.string(), version: z.string(), extensions: z.array(z.string()) }),
      },
    }),
    problems: [],
  },
  readServerLive: {
    method: 'GET',
    path: '/v2/health/live',
    summary: 'Open Inference Protocol v2: whether the server lives',
    request: {},
    responses: () => ({ 200: { description: 'It does.', body: z.object({ live: z.boolean() }) } }),
    problems: [],
  },
  readServerReady: {
    method: 'GET',
    path: '/v2/health/ready',
    summary: 'Open Inference Protocol v2: whether every model can be asked',
    request: {},
    responses: () => ({ 200: { description: 'It can.', body: z.object({ ready: z.boolean() }) } }),
    problems: ['unavailable'],
  },
  readServedModel: {
    method: 'GET',
    path: '/v2/models/{model}',
    summary: 'Open Inference Protocol v2: the tensors of a model',
    request: oneServed,
    responses: () => ({ 200: { description: 'One input tensor an argument.', body: servedModel } }),
    problems: ['not-found', 'unavailable'],
  },
  readModelReady: {
    method: 'GET',
    path: '/v2/models/{model}/ready',
    summary: 'Open Inference Protocol v2: loads the model if need be',
    request: oneServed,
    responses: () => ({
      200: { description: 'It answers.', body: z.object({ name: z.string(), ready: z.boolean() }) },
    }),
    problems: ['not-found', 'unavailable'],
  },
  infer: {
    method: 'POST',
    path: '/v2/models/{model}/infer',
    summary: 'Open Inference Protocol v2: asks a batch of rows',
    description:
      'One tensor an argument, of the shape [rows]. Optional arguments may be absent, or null in single rows.',
    request: () => ({ ...oneServed(), body: inferRequest }),
    responses: () => ({ 200: { description: 'The output tensors.', body: inferAnswer } }),
    problems: ['not-found', 'unavailable', 'payload-too-large'],
  },
});
