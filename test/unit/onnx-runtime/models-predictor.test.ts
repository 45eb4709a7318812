/** @jest-environment ./test/setup/models-environment.mjs */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readRow } from '@layers/domain/models/arguments';
import { modelNamed } from '@layers/domain/models/choose-model';
import { readCatalogue } from '@layers/onnx-runtime/catalogue';
import { modelsFolder } from '@layers/onnx-runtime/models-folder';
import { onnxPredictor } from '@layers/onnx-runtime/predictor';

const fixtures = join(import.meta.dirname, 'models');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-models-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (path: string) => readFileSync(path);
const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

/** A copy of the linear Iris model under another name, with another file if one is given. */
function drop(name: string, { file, change = {} }: { file?: Buffer; change?: object } = {}): void {
  cpSync(join(modelsFolder, 'iris-lda'), join(folder, name), { recursive: true });
  if (file !== undefined) writeFileSync(join(folder, name, 'model.onnx'), file);
  const card = JSON.parse(read(join(folder, name, 'card.json')).toString()) as object;
  writeFileSync(join(folder, name, 'card.json'), JSON.stringify({ ...card, name, ...change }));
}

const flower = Float32Array.of(5.1, 3.5, 1.4, 0.2);
const ask = (name: string) =>
  onnxPredictor(folder).predict(modelNamed(readCatalogue(folder), name), flower, 1);

describe('a folder with an .onnx file and a card', () => {
  test('is a model, without another step', async () => {
    drop('my-own');
    expect([...(await ask('my-own'))][0]).toBeGreaterThan(0.99);
  });

  test('may have an input for each column, text for categories and whole numbers among them', async () => {
    const card = modelNamed(readCatalogue(fixtures), 'columns-apart');
    const rows = [
      { pclass: '1', sex: 'female', age: '29' },
      { pclass: '3', sex: 'male', age: '50' },
    ].flatMap((given) => readRow(card, given).columns);
    const output = await onnxPredictor(fixtures).predict(card, Float32Array.from(rows), 2);
    // What scikit-learn's own predict_proba gave for these two.
    for (const [index, wanted] of [0.070106214, 0.929893786, 0.956257191, 0.043742809].entries())
      expect(output[index]).toBeCloseTo(wanted, 5);
  });

  test('keeps no other from being served when it is broken', () => {
    drop('healthy');
    drop('without-labels', { change: { labels: undefined } });
    drop('other-name', { change: { name: 'healthy' } });
    drop('without-default', {
      change: { arguments: [{ name: 'a', type: 'number', required: false }] },
    });
    mkdirSync(join(folder, 'empty'));
    mkdirSync(join(folder, 'no-json'));
    writeFileSync(join(folder, 'no-json', 'card.json'), '{');
    const { cards, refused } = readCatalogue(folder);
    expect(cards.map(({ name }) => name)).toContain('healthy');
    const reasons = Object.fromEntries(refused.map((one) => [one.folder, one.reason]));
    expect(reasons['without-labels']).toContain('labels');
    expect(reasons['other-name']).toContain('folder and name must be the same');
    expect(reasons['without-default']).toContain('needs a default');
    expect(reasons.empty).toContain('card.json');
    expect(reasons['no-json']).toContain('JSON');
    expect(JSON.stringify(refused)).not.toContain(folder);
  });
});

describe('a model file', () => {
  const original = read(join(modelsFolder, 'iris-lda', 'model.onnx'));

  test('with one bit changed is refused by its sha256', async () => {
    const file = Buffer.from(original);
    file[400] = (file[400] ?? 0) ^ 1;
    drop('bit-rot', { file });
    await expect(ask('bit-rot')).rejects.toThrow(/unavailable: .*has the sha256 [0-9a-f]{64}, its card says/);
  });

  test.each([
    ['cut', original.subarray(0, 300)],
    ['text', Buffer.from('not a model')],
    ['nothing', Buffer.alloc(0)],
  ])('that is %s is refused though its card agrees', async (name, file) => {
    drop(`broken-${name}`, { file, change: { file: { name: 'model.onnx', sha256: sha256(file) } } });
    await expect(ask(`broken-${name}`)).rejects.toThrow(/unavailable: .*no model that ONNX Runtime can run/);
  });

  test('that is gone is refused, and served again once restored', async () => {
    drop('gone');
    const predictor = onnxPredictor(folder);
    const card = modelNamed(readCatalogue(folder), 'gone');
    rmSync(join(folder, 'gone', 'model.onnx'));
    await expect(predictor.predict(card, flower, 1)).rejects.toThrow(/unavailable: .*cannot be read/);
    writeFileSync(join(folder, 'gone', 'model.onnx'), original);
    await expect(predictor.predict(card, flower, 1)).resolves.toHaveLength(3);
  });

  test('that answers otherwise than its card says is refused', async () => {
    drop('two-labels', { change: { labels: ['a', 'b'] } });
    await expect(ask('two-labels')).rejects.toThrow(/unavailable: .*holds 3 numbers, its card says 2/);
    drop('no-output', { change: { output: 'odds' } });
    await expect(ask('no-output')).rejects.toThrow(/unavailable: .*failed to run/);
    drop('three-arguments', {
      change: { arguments: modelNamed(readCatalogue(folder), 'my-own').arguments.slice(0, 3) },
    });
    await expect(
      onnxPredictor(folder).predict(
        modelNamed(readCatalogue(folder), 'three-arguments'),
        flower.subarray(0, 3),
        1,
      ),
    ).rejects.toThrow(/unavailable/);
  });
});
