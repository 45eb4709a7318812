import { Problem } from '../problem.ts';
import type { ModelCard } from './card.ts';
import { didYouMean } from './nearest-names.ts';
import type { ModelCatalogue } from './predictor.ts';

/** Lower is better: out-of-fold log-loss, for values RMSE; a model without scores comes last. */
function lossOf(card: ModelCard): number {
  const mean = card.scores?.mean ?? {};
  return mean[card.task === 'classification' ? 'logLoss' : 'rmse'] ?? Number.POSITIVE_INFINITY;
}

/** The models of a data set, best first; equals in the order of their names. */
export function modelsOf(catalogue: ModelCatalogue, dataset: string): ModelCard[] {
  return catalogue.cards
    .filter((card) => card.dataset === dataset)
    .sort((a, b) => lossOf(a) - lossOf(b) || a.name.localeCompare(b.name, 'en'));
}

export function datasetsOf(catalogue: ModelCatalogue): string[] {
  return [...new Set(catalogue.cards.map(({ dataset }) => dataset))].sort();
}

/**
 * The card of that name.
 * @throws Problem `not-found` with the nearest names; `unavailable` when the folder is there but was refused
 */
export function modelNamed(catalogue: ModelCatalogue, name: string): ModelCard {
  const card = catalogue.cards.find((candidate) => candidate.name === name);
  if (card !== undefined) return card;
  const refused = catalogue.refused.find(({ folder }) => folder === name);
  if (refused !== undefined)
    throw new Problem('unavailable', `The model ${name} is refused: ${refused.reason}.`);
  const names = catalogue.cards.map((candidate) => candidate.name);
  throw new Problem(
    'not-found',
    `No model has the name ${name}.${didYouMean(name, names)} GET /models lists them.`,
  );
}

function bestOf(catalogue: ModelCatalogue, dataset: string): ModelCard {
  const [best] = modelsOf(catalogue, dataset);
  if (best !== undefined) return best;
  const names = datasetsOf(catalogue);
  const detail = `No model knows the data set ${dataset}.${didYouMean(dataset, names)} There are: ${names.join(', ')}.`;
  throw new Problem('not-found', detail);
}

/**
 * The model that a request asks: the named one, or the best of a data set.
 * @throws Problem `invalid-request` with neither, or with a model of another data set; `not-found` for unknown names
 */
export function chooseModel(
  catalogue: ModelCatalogue,
  { model, dataset }: { readonly model: string | undefined; readonly dataset: string | undefined },
): ModelCard {
  if (model === undefined && dataset === undefined) {
    const detail = `Say which model is asked: ?model=<name> (GET /models lists them) or ?dataset=<${datasetsOf(catalogue).join(' | ')}>.`;
    const errors = ['model', 'dataset'].map((name) => ({
      pointer: `/query/${name}`,
      detail: 'one of model and dataset is needed',
    }));
    throw new Problem('invalid-request', detail, { errors });
  }
  if (model === undefined) return bestOf(catalogue, dataset ?? '');
  const card = modelNamed(catalogue, model);
  if (dataset === undefined || dataset === card.dataset) return card;
  const errors = [
    { pointer: '/query/dataset', detail: `${model} is a model of ${card.dataset}, not of ${dataset}` },
  ];
  throw new Problem(
    'invalid-request',
    'The model and the data set contradict each other; give one of them.',
    { errors },
  );
}
