import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../emulator/paths.ts';

/** What can be asked, with what became of it. */
export interface KnownRow {
  readonly inputs: Record<string, string | number>;
  readonly truth: string | number;
}

/** Which column is the truth of a data set, and how it is told. */
const truths: Readonly<
  Record<string, { readonly column: string; readonly read: (text: string) => KnownRow['truth'] }>
> = {
  iris: { column: 'species', read: (text) => text },
  titanic: { column: 'survived', read: (text) => (text === '1' ? 'survived' : 'died') },
  'california-housing': { column: 'medianHouseValueUsd', read: Number },
};
const notAsked = ['passengerId', 'fold'];

const parsed = (text: string) => (Number.isNaN(Number(text)) ? text : Number(text));

/**
 * The rows of a data set, in the order of its file. They are public and models have seen them: they show how weights and
 * stakes move, not how good a model is.
 */
export function readKnownRows(dataset: keyof typeof truths): readonly KnownRow[] {
  const truth = truths[dataset];
  if (truth === undefined) throw new Error(`There are no rows of ${dataset}.`);
  const path = join(root, 'layers', 'onnx-runtime', 'training', 'data', `${dataset}.csv`);
  const [head = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const names = head.split(',');
  return lines.map((line) => {
    const fields = line.split(',').map((text, place): [string, string] => [names[place] ?? '', text]);
    const given = fields.filter(
      ([name, text]) => text !== '' && name !== truth.column && !notAsked.includes(name),
    );
    return {
      inputs: Object.fromEntries(given.map(([name, text]) => [name, parsed(text)])),
      truth: truth.read(new Map(fields).get(truth.column) ?? ''),
    };
  });
}
