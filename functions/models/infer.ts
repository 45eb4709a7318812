import type { models } from '@layers/contract/models';
import { predictionOf } from '@layers/domain/models/answer';
import { type Row, readRow } from '@layers/domain/models/arguments';
import type { ModelCard } from '@layers/domain/models/card';
import { modelNamed } from '@layers/domain/models/choose-model';
import { exampleArguments } from '@layers/domain/models/example-arguments';
import { inputsOf, outputsOf, outputTensors, readRows } from '@layers/domain/models/open-inference';
import type { ModelCatalogue, Predictor } from '@layers/domain/models/predictor';
import { Problem } from '@layers/domain/problem';
import type { Handler } from '@layers/http/serve';

const version = '0.1.0';

async function ask(card: ModelCard, predictor: Predictor, rows: readonly Row[]) {
  const columns = Float32Array.from(rows.flatMap((row) => row.columns));
  const output = await predictor.predict(card, columns, rows.length);
  const width = output.length / rows.length;
  return rows.map((_, index) => predictionOf(card, [...output.subarray(index * width, (index + 1) * width)]));
}

export const readServer: Handler<typeof models.readServer> = () => ({
  status: 200,
  body: { name: 'tandem', version, extensions: [] },
});

export const readServerLive: Handler<typeof models.readServerLive> = () => ({
  status: 200,
  body: { live: true },
});

export function readServerReady(catalogue: ModelCatalogue): Handler<typeof models.readServerReady> {
  return () => {
    if (catalogue.cards.length > 0) return { status: 200, body: { ready: true } };
    throw new Problem('unavailable', 'There is no model here: add a folder with an .onnx file and a card.');
  };
}

export function readServedModel(catalogue: ModelCatalogue): Handler<typeof models.readServedModel> {
  return ({ path: { model } }) => {
    const card = modelNamed(catalogue, model);
    const shaped = ({ name, datatype, shape }: ReturnType<typeof inputsOf>[number]) => ({
      name,
      datatype,
      shape: [...shape],
    });
    return {
      status: 200,
      body: {
        name: card.name,
        versions: [card.version],
        platform: 'onnxruntime_onnx',
        inputs: inputsOf(card).map(shaped),
        outputs: outputsOf(card).map(shaped),
      },
    };
  };
}

export function readModelReady(
  catalogue: ModelCatalogue,
  predictor: Predictor,
): Handler<typeof models.readModelReady> {
  return async ({ path: { model } }) => {
    const card = modelNamed(catalogue, model);
    await ask(card, predictor, [readRow(card, exampleArguments(card))]);
    return { status: 200, body: { name: card.name, ready: true } };
  };
}

/** Output tensors that the request names; all of them when it names none. */
function wanted(card: ModelCard, asked: readonly { readonly name: string }[] | undefined): readonly string[] {
  const known = outputsOf(card).map(({ name }) => name);
  const errors = (asked ?? []).flatMap(({ name }, index) =>
    known.includes(name)
      ? []
      : [{ pointer: `/body/outputs/${index}/name`, detail: `must be one of ${known.join(', ')}` }],
  );
  if (errors.length > 0) throw new Problem('invalid-request', `${card.name} has no such output.`, { errors });
  return asked === undefined || asked.length === 0 ? known : asked.map(({ name }) => name);
}

export function infer(
  catalogue: ModelCatalogue,
  predictor: Predictor,
  newId: () => string,
): Handler<typeof models.infer> {
  return async ({ path: { model }, body }) => {
    const card = modelNamed(catalogue, model);
    const names = wanted(card, body.outputs);
    const predictions = await ask(card, predictor, readRows(card, body.inputs));
    const outputs = outputTensors(card, predictions).filter(({ name }) => names.includes(name));
    return {
      status: 200,
      body: {
        model_name: card.name,
        model_version: card.version,
        id: body.id ?? newId(),
        outputs: outputs.map(({ name, datatype, shape, data }) => ({
          name,
          datatype,
          shape: [...shape],
          data: [...data],
        })),
      },
    };
  };
}
