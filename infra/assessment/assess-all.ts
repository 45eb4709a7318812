import { type Assessed, type Assessment, assess } from '@layers/domain/consensus/assessment';
import { calibrationError, calibrationOf, scoresOf } from '@layers/domain/consensus/tally';
import { chooseModel, datasetsOf } from '@layers/domain/models/choose-model';
import { readCatalogue } from '@layers/onnx-runtime/catalogue';
import { modelsFolder } from '@layers/onnx-runtime/models-folder';
import { readOutOfFold } from './read-out-of-fold.ts';

const samples = 2_000;
const seed = 20_261_122;

/** Mulberry32: the same interval in every run. */
function seeded(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Assesses the data sets whose out-of-fold answers training wrote. */
export function assessAll(wanted?: readonly string[]): Assessment[] {
  const catalogue = readCatalogue(modelsFolder);
  return (wanted ?? datasetsOf(catalogue)).map((dataset) => {
    const card = chooseModel(catalogue, { model: undefined, dataset });
    const { members, rows } = readOutOfFold(card);
    return assess(card, members, rows, { samples, random: seeded(seed) });
  });
}

const rounded = (value: number) => Number(value.toPrecision(6));

function shortened({ name, tally }: Assessed) {
  const error = calibrationError(tally);
  const scores = Object.entries(scoresOf(tally)).map(([key, value]) => [key, rounded(value)] as const);
  return {
    name,
    outcomes: tally.outcomes,
    scores: Object.fromEntries(scores) as Record<string, number>,
    ...(error === undefined
      ? {}
      : {
          calibrationError: rounded(error),
          calibration: calibrationOf(tally).map(({ from, to, count, given, seen }) => ({
            from,
            to,
            count,
            given: rounded(given),
            seen: rounded(seen),
          })),
        }),
  };
}

/** What `GET /consensus/report` shows of it. */
export function summaryOf({ dataset, rows, members, methods, best }: Assessment) {
  return {
    dataset,
    task: members[0]?.tally.task ?? 'classification',
    rows,
    members: members.map(shortened),
    methods: methods.map((method) => ({
      ...shortened(method),
      title: method.title,
      comparison: {
        than: best.member,
        score: 'mean loss',
        difference: rounded(method.comparison.mean),
        interval: method.comparison.interval.map(rounded),
      },
    })),
    best,
  };
}

/** The learned weights as the source file that serves them. */
export function stacksSource(assessments: readonly Assessment[]): string {
  const lines = assessments.flatMap(({ members, stack }) =>
    members.map(({ name }, place) => `  '${name}': ${Number((stack[place] ?? 0).toFixed(4))},`),
  );
  return (
    "/** What stacking fitted to each of the deployment's own models, of all rows out of fold: `npm run assess -- --write`. */\n" +
    `export const stacks: Readonly<Record<string, number>> = {\n${lines.join('\n')}\n};\n`
  );
}
