import { describe, expect, test } from '@jest/globals';
import { readAnswers } from '../../../../infra/attacks/answers.ts';
import {
  bestOf,
  type Experiment,
  firstRule,
  gameOf,
  runExperiment,
  splitDifference,
} from '../../../../infra/attacks/run.ts';
import { type Scenario, scenarios } from '../../../../infra/attacks/scenarios.ts';
import { verdictsOf } from '../../../../infra/attacks/verdicts.ts';

const [titanic, iris, districts] = ['titanic', 'iris', 'california-housing'].map(readAnswers) as [
  Experiment['answers'],
  Experiment['answers'],
  Experiment['answers'],
];

const named = (name: string): Scenario => {
  const found = scenarios.find((each) => each.name === name);
  if (found === undefined) throw new Error(`There is no scenario ${name}.`);
  return found;
};

const seeded = { orders: 20, seed: 1000, delay: 0 };
const promising = scenarios.filter(({ harm }) => harm !== undefined);

describe('The attack lab over the passengers', () => {
  test.each(promising.map((scenario) => [scenario.title, scenario] as const))(
    'keeps its promises against %s',
    (_, scenario) => {
      const verdicts = verdictsOf(runExperiment({ ...seeded, answers: titanic, scenario }));
      expect(verdicts.length).toBeGreaterThanOrEqual(3);
      expect(verdicts.filter(({ kept }) => !kept)).toEqual([]);
    },
  );

  test('moves no answer by more than a millionth when a stake is split over ten keys', () => {
    expect(splitDifference(named('sybils'), 1000)).toBeLessThanOrEqual(1e-6);
  });

  test('leaves pulsers less weight and sleepers less to spoil than the first rule did', () => {
    for (const name of ['sleepers', 'pulsers']) {
      const experiment = { ...seeded, answers: titanic, scenario: named(name) };
      const [now, first] = [runExperiment(experiment), runExperiment({ ...experiment, rule: firstRule })];
      expect(now.learned.hits).toBeGreaterThan(first.learned.hits);
      expect(now.liarsWeight).toBeLessThan(first.liarsWeight / 2);
    }
  });

  test('keeps what it promises of sleepers and pulsers also where outcomes come a whole batch late', () => {
    for (const name of ['sleepers', 'pulsers']) {
      const late = runExperiment({ ...seeded, answers: titanic, scenario: named(name), delay: 20 });
      expect(verdictsOf(late).filter(({ kept }) => !kept)).toEqual([]);
    }
  });

  test('plays the same game for the same seed', () => {
    const experiment = { ...seeded, answers: titanic, scenario: named('sell-outs') };
    const [one, other] = [1, 1].map((order) => gameOf(experiment, order, bestOf(titanic)).play());
    expect(one).toEqual(other);
  });

  test('conserves what is at stake, insurance included, after each round', () => {
    const played = gameOf(
      { ...seeded, answers: titanic, scenario: named('abstainers') },
      0,
      bestOf(titanic),
    ).play();
    const all = BigInt(titanic.members.length + 3) * 100_000_000n;
    const last = [...(played.stakes.at(-1)?.values() ?? [])].reduce((sum, each) => sum + each, 0n);
    expect(last + played.insurance).toBe(all);
    expect(played.insurance).toBeGreaterThan(0n);
  });
});

describe('The attack lab over the other data sets', () => {
  test.each(['none', 'liars-3'])('answers nearly all flowers, %s', (name) => {
    const { consensus } = runExperiment({ ...seeded, answers: iris, scenario: named(name) });
    expect(consensus.hits).toBeGreaterThanOrEqual(0.95);
    expect(consensus.loss).toBeLessThanOrEqual(0.03);
  });

  test.each([
    ['none', 0.003],
    ['liars-6', 0.003],
    ['sleepers', 0.005],
  ])('explains districts as well as the best model, and puts no honest one out: %s', (name, below) => {
    const result = runExperiment({ ...seeded, orders: 1, answers: districts, scenario: named(name) });
    expect(result.learned.hits).toBeGreaterThanOrEqual(result.bestLearned.hits - below);
    expect(result.honestEjected).toBe(0);
    expect(result.first.stakes).toHaveLength(929);
  });
});
