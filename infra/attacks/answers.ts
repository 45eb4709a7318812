import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { aggregate, aggregators } from '@layers/domain/consensus/aggregate';
import { lossOf, type Point, type Scale } from '@layers/domain/consensus/loss';
import { readCatalogue } from '@layers/onnx-runtime/catalogue';
import { modelsFolder } from '@layers/onnx-runtime/models-folder';

/** One row of the data, never seen by the models that answered it. */
export interface AnsweredRow {
  /** The label's place, or the value. */
  readonly truth: number;
  /** By member, in the order of `members`. */
  readonly answers: readonly Point[];
}

/** The committed out-of-fold answers of a data set's models: the honest members of the lab. */
export interface Answers {
  readonly dataset: string;
  readonly scale: Scale;
  /** What a value may be, for those who lie about one. */
  readonly limits: readonly [lowest: number, highest: number];
  readonly members: readonly string[];
  readonly rows: readonly AnsweredRow[];
}

const folder = new URL('../../layers/onnx-runtime/training/out-of-fold/', import.meta.url);

/** Columns are `<model>:<label>` for probabilities (of two classes only the second is kept) or `<model>` for values. */
function columnsOf(header: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const columns = new Map<string, number[]>();
  for (const [place, title] of header.entries()) {
    const [member = ''] = title.split(':');
    columns.set(member, [...(columns.get(member) ?? []), place]);
  }
  return columns;
}

function pointAt(cells: readonly number[], places: readonly number[], scale: Scale): Point {
  const found = places.map((place) => cells[place] ?? Number.NaN);
  if (scale.task === 'regression' || found.length > 1) return found;
  const [p = Number.NaN] = found;
  return [1 - p, p];
}

function scaleOf(dataset: string): Pick<Answers, 'scale' | 'limits'> {
  const card = readCatalogue(modelsFolder).cards.find((each) => each.dataset === dataset);
  if (card === undefined) throw new Error(`No model answers for ${dataset}.`);
  if (card.task === 'classification')
    return { scale: { task: 'classification', classes: card.labels.length }, limits: [0, 1] };
  if (card.consensus === undefined) throw new Error(`The card of ${card.name} lacks the scale of losses.`);
  const [lowest = 0, highest = 1] = card.limits ?? [];
  return {
    scale: { task: 'regression', medianAbsoluteError: card.consensus.medianAbsoluteError },
    limits: [lowest, highest],
  };
}

/** @throws Error for a data set without committed answers. */
export function readAnswers(dataset: string): Answers {
  const text = readFileSync(fileURLToPath(new URL(`${dataset}.csv`, folder)), 'utf8');
  const [titles = '', ...lines] = text.trim().split('\n');
  const columns = columnsOf(titles.split(',').slice(2));
  const { scale, limits } = scaleOf(dataset);
  const rows = lines.map((line) => {
    const [, truth = Number.NaN, ...cells] = line.split(',').map(Number);
    return { truth, answers: [...columns.values()].map((places) => pointAt(cells, places, scale)) };
  });
  return { dataset, scale, limits, members: [...columns.keys()], rows };
}

/** Mean loss of each member over all rows. */
export function meanLosses({ rows, members, scale }: Answers): readonly number[] {
  return members.map(
    (_, member) =>
      rows.reduce((sum, { truth, answers }) => sum + lossOf(scale, answers[member] ?? [], truth), 0) /
      rows.length,
  );
}

/** The plain median of what the honest answer. */
export function medianOf({ answers }: AnsweredRow, { members }: Answers): Point {
  return (
    aggregate(
      aggregators[1],
      answers.slice(0, members.length).map((answer) => ({ answer, weight: 1 })),
    ) ?? []
  );
}
