import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from '@layers/domain/consensus/assessment';
import type { Point } from '@layers/domain/consensus/loss';
import type { ModelCard } from '@layers/domain/models/card';
import { root } from '../emulator/paths.ts';

const folder = join(root, 'layers', 'onnx-runtime', 'training', 'out-of-fold');

export interface OutOfFold {
  /** Names of the models, in the order of the answers. */
  readonly members: readonly string[];
  readonly rows: readonly Row[];
}

/** Of two classes the file has the probability of the second alone; of more, all of them. */
function pointFrom(card: ModelCard, numbers: readonly number[]): Point {
  if (card.task === 'regression') return numbers;
  const [p = Number.NaN] = numbers;
  return card.labels.length === 2 && numbers.length === 1 ? [1 - p, p] : numbers;
}

/** What every model answered to every row of a data set when it had not seen it, as training wrote it. */
export function readOutOfFold(card: ModelCard): OutOfFold {
  const text = readFileSync(join(folder, `${card.dataset}.csv`), 'utf8');
  const [head = '', ...lines] = text.trimEnd().split('\n');
  const [, , ...columns] = head.split(',');
  const names = columns.map((column) => column.split(':')[0] ?? '');
  const members = [...new Set(names)];
  const width = columns.length / members.length;
  const rows = lines.map((line) => {
    const [fold = Number.NaN, truth = Number.NaN, ...numbers] = line.split(',').map(Number);
    const answers = members.map((_, place) =>
      pointFrom(card, numbers.slice(place * width, (place + 1) * width)),
    );
    return { fold, truth, answers };
  });
  return { members, rows };
}
