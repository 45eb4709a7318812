import type { models } from '@layers/contract/models';
import { answerOf } from '@layers/domain/models/answer';
import { readRow } from '@layers/domain/models/arguments';
import { chooseModel } from '@layers/domain/models/choose-model';
import type { ModelCatalogue, Predictor } from '@layers/domain/models/predictor';
import { Problem } from '@layers/domain/problem';
import type { Handler } from '@layers/http/serve';

function onlyOne(name: string, given: string | string[] | undefined): string | undefined {
  if (!Array.isArray(given)) return given;
  const errors = [{ pointer: `/query/${name}`, detail: `is given ${given.length} times; give it once` }];
  throw new Problem('invalid-request', `One request asks one ${name}.`, { errors });
}

export function predict(
  catalogue: ModelCatalogue,
  predictor: Predictor,
  newId: () => string,
): Handler<typeof models.predict> {
  return async ({ query: { model, dataset, ...given } }) => {
    const startedAt = performance.now();
    const card = chooseModel(catalogue, {
      model: onlyOne('model', model),
      dataset: onlyOne('dataset', dataset),
    });
    const row = readRow(card, given);
    const output = await predictor.predict(card, Float32Array.from(row.columns), 1);
    const timingMs = Math.round((performance.now() - startedAt) * 1000) / 1000;
    return {
      status: 200,
      headers: { 'cache-control': 'no-store' },
      body: answerOf(card, row, [...output], { id: newId(), timingMs }),
    };
  };
}
