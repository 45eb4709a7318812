import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ReputationRule, reputationRule } from '@layers/domain/consensus/reputation';
import { type Answers, readAnswers } from '../attacks/answers.ts';
import { firstRule, type Result, runExperiment, splitDifference } from '../attacks/run.ts';
import { type Scenario, scenarios } from '../attacks/scenarios.ts';
import { plotAccuracy, plotStakes } from '../attacks/story.ts';
import { verdictsOf } from '../attacks/verdicts.ts';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { runCommand } from '../emulator/command-line.ts';
import { root } from '../emulator/paths.ts';

const usage = `
npm run attack [-- options]
  Plays attacks on the consensus over the committed out-of-fold answers: the deployment's models are honest, liars join
  with the same stake. Prints a table, writes plots to .tandem/attacks, and exits 1 if a promise is broken.

  --scenario NAME   one of them; all unless told: ${scenarios.map(({ name }) => name).join(', ')}
  --dataset NAME    titanic (the default, whose promises are checked), iris or california-housing
  --orders N        orders of the rows to take the mean of (20; california-housing 1)
  --seed N          of the first order (1000)
  --delay N         predictions opened before an outcome comes; several with commas (0)
  --compare         also by the first rule of the design, in the same table
  --json            figures as JSON
`;

const options = {
  scenario: { type: 'string' },
  dataset: { type: 'string', default: 'titanic' },
  orders: { type: 'string' },
  seed: { type: 'string', default: '1000' },
  delay: { type: 'string', default: '0' },
  compare: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

interface Values {
  readonly dataset: string;
  readonly orders?: string | undefined;
  readonly seed: string;
  readonly delay: string;
  readonly compare?: boolean | undefined;
  readonly json?: boolean | undefined;
}

const ruleNow = { name: 'now', rule: reputationRule };

const [ordersMax, delayMax, seedMax] = [1_000, 200, 2 ** 31];
const datasets = ['titanic', 'iris', 'california-housing'];

function wholeNumber(name: string, text: string, max: number): number {
  const value = Number(text);
  if (/^\d{1,10}$/.test(text) && value <= max) return value;
  throw new CommandFailure({
    what: `--${name} ${text} is not a whole number from 0 to ${max}.`,
    next: 'npm run attack -- --help',
  });
}

function chosen<Named>(
  name: string,
  all: readonly Named[],
  nameOf: (each: Named) => string,
  text: string,
): Named {
  const found = all.find((each) => nameOf(each) === text);
  if (found !== undefined) return found;
  throw new CommandFailure({
    what: `There is no ${name} "${text}".`,
    why: `It takes one of: ${all.map(nameOf).join(', ')}.`,
    next: 'npm run attack -- --help',
  });
}

const two = ({ hits, loss }: { hits: number; loss: number }) => `${hits.toFixed(4)}/${loss.toFixed(4)}`;

const columns = [
  ['delay', 6],
  ['rule', 6],
  ['mean', 15],
  ['median', 15],
  ['consensus', 15],
  ['after batch 5', 15],
  ['best member', 15],
  ['wagered', 8],
  ['weight', 7],
] as const;

const header = `${'attack'.padEnd(36)}${columns.map(([title, size]) => title.padStart(size)).join(' ')}`;

function line(result: Result, rule: string): string {
  const cells = [
    String(result.delay),
    rule,
    two(result.mean),
    two(result.median),
    two(result.consensus),
    two(result.learned),
    two(result.bestLearned),
    result.liarsWagered.toFixed(3),
    result.liarsWeight.toFixed(4),
  ];
  return `${result.scenario.title.padEnd(36)}${cells.map((cell, place) => cell.padStart(columns[place]?.[1] ?? 0)).join(' ')}`;
}

/** Games are for plots: figures alone are printed. */
const figuresOf = ({ scenario, first: _, ...figures }: Result, rule: string) => ({
  scenario: scenario.name,
  rule,
  ...figures,
});

interface Lab {
  readonly answers: Answers;
  readonly orders: number;
  readonly seed: number;
  readonly delays: readonly number[];
  readonly rules: readonly { readonly name: string; readonly rule: ReputationRule }[];
  readonly folder: string;
  readonly say: (text: string) => void;
}

function labOf(values: Values): Lab {
  const dataset = chosen('data set', datasets, (each) => each, values.dataset);
  const unlessTold = dataset === 'california-housing' ? '1' : '20';
  const folder = join(root, '.tandem', 'attacks', dataset);
  mkdirSync(folder, { recursive: true });
  return {
    answers: readAnswers(dataset),
    orders: Math.max(1, wholeNumber('orders', values.orders ?? unlessTold, ordersMax)),
    seed: wholeNumber('seed', values.seed, seedMax),
    delays: values.delay.split(',').map((text) => wholeNumber('delay', text, delayMax)),
    rules: values.compare === true ? [ruleNow, { name: 'first', rule: firstRule }] : [ruleNow],
    folder,
    say: (text) => (values.json === true ? console.error(text) : console.log(text)),
  };
}

function draw({ answers, folder }: Lab, result: Result): void {
  const { name, title } = result.scenario;
  writeFileSync(join(folder, `${name}-stakes.svg`), plotStakes(title, result.first));
  writeFileSync(join(folder, `${name}-accuracy.svg`), plotAccuracy(answers, result));
}

/** Plays one attack by every rule and delay. @returns its figures, with the promises that it was held to. */
function attack(lab: Lab, scenario: Scenario) {
  const { answers, orders, seed } = lab;
  const runs = lab.delays.flatMap((delay) => lab.rules.map((rule) => ({ delay, ...rule })));
  return runs.map(({ delay, name, rule }, place) => {
    const result = runExperiment({ answers, scenario, orders, seed, delay, rule });
    lab.say(line(result, name));
    if (place === 0) draw(lab, result);
    const held = answers.dataset === 'titanic' && delay === 0 && name === ruleNow.name;
    return { ...figuresOf(result, name), verdicts: held ? verdictsOf(result) : [] };
  });
}

await runCommand(usage, options, async ({ values }) => {
  const lab = labOf(values);
  const { answers, say, seed } = lab;
  const played =
    values.scenario === undefined
      ? scenarios
      : [chosen('scenario', scenarios, ({ name }) => name, values.scenario)];
  const hits = answers.scale.task === 'classification' ? 'accuracy/Brier' : 'R²/mean loss';
  say(
    `${answers.dataset}: ${answers.members.length} honest members, means of ${lab.orders} orders from seed ${seed}; ${hits}`,
  );
  say(header);
  const figures = [];
  for (const scenario of played) {
    figures.push(...attack(lab, scenario));
    if (scenario.name === 'sybils') {
      const moved = splitDifference(scenario, seed, answers.dataset).toExponential(1);
      say(`  splitting moved no answer by more than ${moved}`);
    }
    // Let Ctrl-C and the terminal have their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (values.json === true) console.log(JSON.stringify(figures));
  say(`\nPlots: ${lab.folder}`);
  const verdicts = figures.flatMap((each) =>
    each.verdicts.map((verdict) => ({ ...verdict, of: each.scenario })),
  );
  const broken = verdicts.filter(({ kept }) => !kept);
  for (const { of, what, seen, limit } of broken)
    say(`BROKEN  ${of}: ${what} is ${seen.toFixed(4)}, more than ${limit}`);
  if (verdicts.length > 0) say(`${verdicts.length - broken.length} of ${verdicts.length} promises kept.`);
  return broken.length === 0 ? 0 : 1;
});
