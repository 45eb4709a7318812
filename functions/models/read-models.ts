import type { models } from '@layers/contract/models';
import type { ModelCard } from '@layers/domain/models/card';
import { datasetsOf, modelNamed, modelsOf } from '@layers/domain/models/choose-model';
import type { ModelCatalogue } from '@layers/domain/models/predictor';
import type { Handler } from '@layers/http/serve';

function summaryOf({ name, version, dataset, task, family, scores }: ModelCard, place: number) {
  const mean = scores === undefined ? {} : { scores: scores.mean };
  return { name, version, dataset, task, family, ...mean, default: place === 0 };
}

export function listModels(catalogue: ModelCatalogue): Handler<typeof models.listModels> {
  const items = datasetsOf(catalogue).flatMap((dataset) => modelsOf(catalogue, dataset).map(summaryOf));
  return () => ({ status: 200, body: { items, refused: [...catalogue.refused] } });
}

export function readModel(catalogue: ModelCatalogue): Handler<typeof models.readModel> {
  return ({ path: { name } }) => ({ status: 200, body: modelNamed(catalogue, name) });
}
