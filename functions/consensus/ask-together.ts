import type { consensus } from '@layers/contract/consensus';
import { aggregators } from '@layers/domain/consensus/aggregate';
import { compose, type Method, methodUnlessTold } from '@layers/domain/consensus/compose';
import { standingsOf } from '@layers/domain/consensus/roster';
import { depositMicroUnits } from '@layers/domain/consensus/stakes';
import { weightings } from '@layers/domain/consensus/weightings';
import { argumentsProblem, checkRow, isErrors } from '@layers/domain/models/arguments';
import type { ModelCard } from '@layers/domain/models/card';
import { didYouMean } from '@layers/domain/models/nearest-names';
import { type FieldError, Problem } from '@layers/domain/problem';
import type { Handler } from '@layers/http/serve';
import { askEverybody } from './ask-members.ts';
import type { ConsensusParts } from './consensus-parts.ts';
import { cardOf, readGroup } from './read-group.ts';
import { showTogether } from './show.ts';

type Value = string | string[] | undefined;

/** One of a list's names, or what is wrong with it. */
function named<const Name extends string>(
  parameter: string,
  given: Value,
  names: readonly Name[],
  unlessTold: Name,
): Name | FieldError {
  const pointer = `/query/${parameter}`;
  if (given === undefined) return unlessTold;
  if (Array.isArray(given)) return { pointer, detail: `is given ${given.length} times; give it once` };
  const found = names.find((name) => name === given);
  return found ?? { pointer, detail: `must be one of ${names.join(', ')}.${didYouMean(given, names)}` };
}

function readMethod(weighting: Value, aggregator: Value): Method | readonly FieldError[] {
  const read = {
    weighting: named(
      'weighting',
      weighting,
      weightings.map(({ name }) => name),
      methodUnlessTold.weighting,
    ),
    aggregator: named(
      'aggregator',
      aggregator,
      aggregators.map(({ name }) => name),
      methodUnlessTold.aggregator,
    ),
  };
  const errors = Object.values(read).filter((each) => typeof each === 'object');
  return errors.length > 0 ? errors : (read as Method);
}

function readAsked(
  card: ModelCard,
  given: Readonly<Record<string, Value>>,
  method: Method | readonly FieldError[],
) {
  const row = checkRow(card, given, '/query');
  const wrong = [...(isErrors(row) ? row : []), ...('weighting' in method ? [] : method)];
  if (wrong.length > 0 || isErrors(row) || !('weighting' in method)) throw argumentsProblem(card, wrong);
  return { row, method };
}

const once = (dataset: string | string[]): string => {
  if (!Array.isArray(dataset)) return dataset;
  const errors = [{ pointer: '/query/dataset', detail: `is given ${dataset.length} times; give it once` }];
  throw new Problem('invalid-request', 'One request asks the members of one data set.', { errors });
};

export function askTogether(parts: ConsensusParts): Handler<typeof consensus.askTogether> {
  return async ({ query: { dataset: asked, weighting, aggregator, ...given } }) => {
    const dataset = once(asked);
    const card = cardOf(parts, dataset);
    const { row, method } = readAsked(card, given, readMethod(weighting, aggregator));
    const group = await readGroup(parts, dataset);
    const inputs = Object.fromEntries(
      Object.entries(row.inputs).filter(([name]) => !row.defaultsUsed.includes(name)),
    );
    const everybody = await askEverybody(parts, group, inputs);
    const together = compose(card, everybody, standingsOf(group.roster), {
      deposit: depositMicroUnits,
      method,
    });
    return {
      status: 200,
      headers: { 'cache-control': 'no-store' },
      body: {
        dataset,
        inputs: { ...row.inputs },
        defaultsUsed: [...row.defaultsUsed],
        warnings: [...row.warnings],
        ...showTogether(together),
      },
    };
  };
}
