import type { consensus } from '@layers/contract/consensus';
import { aggregators } from '@layers/domain/consensus/aggregate';
import { compose, type Method, methodFor, methodUnlessTold } from '@layers/domain/consensus/compose';
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

/** One of a list's names, or what is wrong with it; `undefined` if none is given. */
function named<const Name extends string>(
  parameter: string,
  given: Value,
  list: readonly { readonly name: Name }[],
): Name | FieldError | undefined {
  const pointer = `/query/${parameter}`;
  if (given === undefined) return undefined;
  if (Array.isArray(given)) return { pointer, detail: `is given ${given.length} times; give it once` };
  const names = list.map(({ name }) => name);
  const found = names.find((name) => name === given);
  return found ?? { pointer, detail: `must be one of ${names.join(', ')}.${didYouMean(given, names)}` };
}

type Told = Partial<Method>;

function readMethod(weighting: Value, aggregator: Value): Told | readonly FieldError[] {
  const read = Object.entries({
    weighting: named('weighting', weighting, weightings),
    aggregator: named('aggregator', aggregator, aggregators),
  }).filter(([, value]) => value !== undefined);
  const errors = read.map(([, value]) => value).filter((each) => typeof each === 'object');
  return errors.length > 0 ? errors : Object.fromEntries(read);
}

const isWrong = (told: Told | readonly FieldError[]): told is readonly FieldError[] => Array.isArray(told);

function readAsked(
  card: ModelCard,
  given: Readonly<Record<string, Value>>,
  told: Told | readonly FieldError[],
) {
  const row = checkRow(card, given, '/query');
  if (isErrors(row) || isWrong(told))
    throw argumentsProblem(card, [...(isErrors(row) ? row : []), ...(isWrong(told) ? told : [])]);
  return { row, told };
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
    const { row, told } = readAsked(card, given, readMethod(weighting, aggregator));
    const group = await readGroup(parts, dataset);
    const inputs = Object.fromEntries(
      Object.entries(row.inputs).filter(([name]) => !row.defaultsUsed.includes(name)),
    );
    const everybody = await askEverybody(parts, group, inputs);
    const unlessTold =
      Object.keys(told).length === 0 ? methodFor(everybody, group.roster.outcomes) : methodUnlessTold;
    const together = compose(card, everybody, standingsOf(group.roster), {
      deposit: depositMicroUnits,
      method: { ...unlessTold, ...told },
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
