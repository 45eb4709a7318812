/** @jest-environment ./test/setup/models-environment.mjs */
import { describe, expect, test } from '@jest/globals';
import { models } from '@layers/contract/models';
import { standardAnswer } from '@layers/domain/models/answer';
import { batchRowsMax } from '@layers/domain/models/open-inference';
import { serve } from '@layers/http/serve';
import { readCatalogue } from '@layers/onnx-runtime/catalogue';
import { modelsFolder } from '@layers/onnx-runtime/models-folder';
import { onnxPredictor } from '@layers/onnx-runtime/predictor';
import {
  infer,
  readModelReady,
  readServedModel,
  readServer,
  readServerLive,
  readServerReady,
} from '../../../../functions/models/infer.ts';
import { predict } from '../../../../functions/models/predict.ts';
import { listModels, readModel } from '../../../../functions/models/read-models.ts';
import { answerOf } from '../../http/event.ts';

const catalogue = readCatalogue(modelsFolder);
const predictor = onnxPredictor(modelsFolder);
const newId = () => '6f9619ff-8b86-4d11-b42d-00cf4fc964ff';

const handler = serve('models', models, {
  predict: predict(catalogue, predictor, newId),
  listModels: listModels(catalogue),
  readModel: readModel(catalogue),
  readServer,
  readServerLive,
  readServerReady: readServerReady(catalogue),
  readServedModel: readServedModel(catalogue),
  readModelReady: readModelReady(catalogue, predictor),
  infer: infer(catalogue, predictor, newId),
});

const ask = (query: Readonly<Record<string, string | string[]>>) =>
  answerOf(handler, {
    resource: '/predict',
    query: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value].flat()])),
  });
const read = (resource: string, path = {}) => answerOf(handler, { resource, path });
const inferOn = (model: string, body: unknown) =>
  answerOf(handler, {
    method: 'POST',
    resource: '/v2/models/{model}/infer',
    path: { model },
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

const flower = { sepalLengthCm: '5.1', sepalWidthCm: '3.5', petalLengthCm: '1.4', petalWidthCm: '0.2' };
const pointersOf = (json: Record<string, unknown>) =>
  (json.errors as { pointer: string }[]).map(({ pointer }) => pointer).sort();

describe('GET /predict', () => {
  test('answers an Iris by the best model of its data set, in the standard answer', async () => {
    const { status, json, headers } = await ask({ dataset: 'iris', ...flower });
    expect(status).toBe(200);
    expect(standardAnswer.parse(json)).toMatchObject({
      model: { name: 'iris-lda', dataset: 'iris', task: 'classification' },
      prediction: { label: 'setosa' },
      uncertainty: { level: 0.9, set: ['setosa'] },
      defaultsUsed: [],
      warnings: [],
    });
    expect(headers['cache-control']).toBe('no-store');
  });

  test('imputes what may be left out and says so', async () => {
    const { status, json } = await ask({ dataset: 'titanic', pclass: '1', sex: 'female' });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      inputs: { pclass: 1, sex: 'female', age: 28, embarked: 'S' },
      defaultsUsed: ['age', 'sibsp', 'parch', 'fare', 'embarked'],
      prediction: { label: 'survived' },
    });
  });

  test('answers a price in USD with an interval around it', async () => {
    const district = {
      longitude: '-122.23',
      latitude: '37.88',
      housingMedianAge: '41',
      totalRooms: '880',
      population: '322',
      households: '126',
      medianIncome: '8.3252',
      oceanProximity: 'NEAR BAY',
    };
    const { json } = await ask({ dataset: 'california-housing', ...district });
    const { prediction, uncertainty } = standardAnswer.parse(json);
    if (!('value' in prediction && uncertainty !== undefined && 'interval' in uncertainty))
      throw new Error('no price');
    expect(prediction.unit).toBe('USD');
    expect(uncertainty.interval[0]).toBeLessThan(prediction.value);
    expect(uncertainty.interval[1]).toBeGreaterThan(prediction.value);
  });

  test.each(catalogue.cards.map(({ name }) => [name]))('is answered by %s', async (model) => {
    const { json } = await read('/v2/models/{model}/ready', { model });
    expect(json).toEqual({ name: model, ready: true });
  });

  test('names wrong, missing, unknown and repeated arguments in one problem', async () => {
    const { status, json } = await ask({
      model: 'iris-lda',
      sepalLengthCm: ['1', '2'],
      sepalWidthCm: '1e308',
      petalLengthCm: '',
      petalWidth: '0.2',
    });
    expect(status).toBe(400);
    expect(json.code).toBe('invalid-request');
    expect(pointersOf(json)).toEqual([
      '/query/petalLengthCm',
      '/query/petalWidth',
      '/query/petalWidthCm',
      '/query/sepalLengthCm',
      '/query/sepalWidthCm',
    ]);
  });

  test('wants one model or data set', async () => {
    expect(await ask(flower)).toMatchObject({ status: 400 });
    const twice = await ask({ model: ['iris-lda', 'iris-qda'], ...flower });
    expect(twice.status).toBe(400);
    expect(pointersOf(twice.json)).toEqual(['/query/model']);
  });

  test('answers 404 with the nearest names', async () => {
    const { status, json } = await ask({ model: 'iris-ldaa', ...flower });
    expect(status).toBe(404);
    expect(json.detail).toContain('iris-lda');
    expect((await ask({ dataset: 'titanik' })).json.detail).toContain('titanic');
  });
});

describe('GET /models', () => {
  test('lists at least five families a data set, the best first', async () => {
    const { json } = await read('/models');
    const items = json.items as { dataset: string; family: string; default: boolean }[];
    for (const dataset of ['iris', 'titanic', 'california-housing']) {
      const own = items.filter((item) => item.dataset === dataset);
      expect(new Set(own.map(({ family }) => family)).size).toBeGreaterThanOrEqual(5);
      expect(own.map((item) => item.default)).toEqual(own.map((_, place) => place === 0));
    }
    expect(json.refused).toEqual([]);
  });

  test('answers a card with scores of every fold, or 404', async () => {
    const { json } = await read('/models/{name}', { name: 'titanic-forest' });
    expect(json).toMatchObject({
      name: 'titanic-forest',
      labels: ['died', 'survived'],
      licence: 'Apache-2.0',
    });
    expect((json.scores as { byFold: unknown[] }).byFold).toHaveLength(10);
    expect((await read('/models/{name}', { name: 'titanic-forrest' })).json.detail).toContain(
      'titanic-forest',
    );
  });
});

describe('the Open Inference Protocol', () => {
  test('says that server and models are ready, and which tensors a model takes', async () => {
    expect((await read('/v2')).json).toMatchObject({ name: 'tandem' });
    expect((await read('/v2/health/live')).json).toEqual({ live: true });
    expect((await read('/v2/health/ready')).json).toEqual({ ready: true });
    const { json } = await read('/v2/models/{model}', { model: 'titanic-forest' });
    expect(json.inputs).toContainEqual({ name: 'sex', datatype: 'BYTES', shape: [-1] });
    expect(json.outputs).toContainEqual({ name: 'probabilities', datatype: 'FP64', shape: [-1, 2] });
  });

  const lengths = (rows: number) =>
    Object.entries(flower).map(([name, value]) => ({
      name,
      datatype: 'FP64',
      shape: [rows],
      data: new Array<number>(rows).fill(Number(value)),
    }));

  test('answers a batch as it answers its rows', async () => {
    const single = await ask({ model: 'iris-qda', ...flower });
    const { status, json } = await inferOn('iris-qda', { id: 'mine', inputs: lengths(3) });
    expect(status).toBe(200);
    expect(json).toMatchObject({ model_name: 'iris-qda', model_version: '1.0.0', id: 'mine' });
    const [label, probabilities] = json.outputs as { data: number[]; shape: number[] }[];
    expect(label?.data).toEqual(['setosa', 'setosa', 'setosa']);
    expect(probabilities?.shape).toEqual([3, 3]);
    const { probabilities: expected } = single.json.prediction as { probabilities: Record<string, number> };
    expect(probabilities?.data[0]).toBeCloseTo(expected.setosa ?? Number.NaN, 6);
  });

  test('answers only the outputs that are asked', async () => {
    const { json } = await inferOn('iris-qda', { inputs: lengths(1), outputs: [{ name: 'label' }] });
    expect(json.outputs).toEqual([{ name: 'label', datatype: 'BYTES', shape: [1], data: ['setosa'] }]);
    expect(await inferOn('iris-qda', { inputs: lengths(1), outputs: [{ name: 'odds' }] })).toMatchObject({
      status: 400,
    });
  });

  test('answers as many rows as it says, and refuses 10,000', async () => {
    expect(await inferOn('iris-lda', { inputs: lengths(batchRowsMax) })).toMatchObject({ status: 200 });
    const { status, json } = await inferOn('iris-lda', { inputs: lengths(10_000) });
    expect(status).toBe(413);
    expect(json.detail).toContain('10000 rows');
  });

  test.each([
    ['nothing', {}],
    ['no rows', { inputs: [{ name: 'sepalLengthCm', datatype: 'FP64', shape: [0], data: [] }] }],
    ['a missing column', { inputs: [{ name: 'sepalLengthCm', datatype: 'FP64', shape: [1], data: [5] }] }],
    ['text for numbers', { inputs: lengths(1).map((one) => ({ ...one, data: ['NaN'] })) }],
    ['null for a required argument', { inputs: lengths(1).map((one) => ({ ...one, data: [null] })) }],
    ['a shape of 1e308 rows', { inputs: lengths(1).map((one) => ({ ...one, shape: [1e308] })) }],
  ])('answers %s with a problem of the caller', async (_, body) => {
    const { status, json } = await inferOn('iris-lda', body);
    expect(status).toBe(400);
    expect((json.errors as unknown[]).length).toBeGreaterThan(0);
  });
});
