import { describe, expect, test } from '@jest/globals';
import { standardAnswer } from '@layers/domain/models/answer';
import { modelCard } from '@layers/domain/models/card';
import { exampleArguments } from '@layers/domain/models/example-arguments';
import { apiUrl } from '../setup/stack.ts';

async function get(path: string): Promise<{ status: number; json: Record<string, unknown> }> {
  const answer = await fetch(`${apiUrl}${path}`);
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}

async function post(path: string, body: unknown) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${apiUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}

describe('models, through the gateway', () => {
  test('each answer with the standard answer, by one request and as a batch of the protocol', async () => {
    const { json } = await get('/models');
    const items = json.items as { name: string }[];
    expect(items.length).toBeGreaterThanOrEqual(15);
    for (const { name } of items) {
      const card = modelCard.parse((await get(`/models/${name}`)).json);
      const given = exampleArguments(card);
      const query = new URLSearchParams({ model: name, ...given } as Record<string, string>);
      const answer = standardAnswer.parse((await get(`/predict?${query.toString()}`)).json);
      expect(answer.model).toMatchObject({ name, sha256: card.file.sha256 });
      const inputs = card.arguments.map((argument) => ({
        name: argument.name,
        datatype: argument.type === 'category' ? 'BYTES' : 'FP64',
        shape: [2],
        data: [given[argument.name], given[argument.name]],
      }));
      const batch = await post(`/v2/models/${name}/infer`, { inputs });
      expect(batch.status).toBe(200);
      const [first] = batch.json.outputs as { data: unknown[] }[];
      const prediction = answer.prediction;
      const expected = 'label' in prediction ? prediction.label : prediction.value;
      expect(first?.data).toEqual([expected, expected]);
    }
  }, 120_000);

  test('name every wrong, missing, unknown and repeated argument at once', async () => {
    const query = 'model=iris-lda&sepalLengthCm=1&sepalLengthCm=2&sepalWidthCm=NaN&petalLengthCm=&width=1';
    const { status, json } = await get(`/predict?${query}`);
    expect([status, json.code]).toEqual([400, 'invalid-request']);
    expect((json.errors as { pointer: string }[]).map(({ pointer }) => pointer).sort()).toEqual(
      ['petalLengthCm', 'petalWidthCm', 'sepalLengthCm', 'sepalWidthCm', 'width'].map(
        (name) => `/query/${name}`,
      ),
    );
  });

  test('are named by the nearest when one is not there', async () => {
    const { status, json } = await get('/predict?model=titanic-forrest');
    expect(status).toBe(404);
    expect(json.detail).toContain('titanic-forest');
  });

  test('are ready for a client of the Open Inference Protocol', async () => {
    expect(await get('/v2/health/ready')).toEqual({ status: 200, json: { ready: true } });
    const { json } = await get('/v2/models/iris-qda');
    expect(json).toMatchObject({ name: 'iris-qda', platform: 'onnxruntime_onnx' });
    expect(await get('/v2/models/iris-qda/ready')).toEqual({
      status: 200,
      json: { name: 'iris-qda', ready: true },
    });
  });

  test('refuse 10,000 rows at once and stay alive', async () => {
    const data = new Array<number>(10_000).fill(1);
    const inputs = [{ name: 'petalWidthCm', datatype: 'FP64', shape: [10_000], data }];
    expect((await post('/v2/models/iris-qda/infer', { inputs })).status).toBe(413);
    expect((await get('/v2/models/iris-qda/ready')).status).toBe(200);
  });
});
