import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeClient } from '@layers/contract/client';
import { consensus } from '@layers/contract/consensus';
import type { Assessment } from '@layers/domain/consensus/assessment';
import { scoresOf } from '@layers/domain/consensus/tally';
import { assessAll, stacksSource, summaryOf } from '../assessment/assess-all.ts';
import { assessmentPage, type LiveReport } from '../assessment/page.ts';
import { runCommand } from '../emulator/command-line.ts';
import { root, stateFolderFrom, tandemFolder } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';

const usage = `
npm run assess [-- --write] [-- --json]
  Members, mean, median, trimmed mean, weightings and stacking over every row out of fold, and over the live outcomes of
  a running npm start; calibration, weights over batches and a paired bootstrap against the best member. Prints tables
  and writes a page, .tandem/assessment.html. About half a minute.

  --write   also writes what GET /consensus/report shows and the weights that stacking serves
  --json    the figures as JSON
`;

const options = { write: { type: 'boolean' }, json: { type: 'boolean' } } as const;

const historyLinesMax = 2_000;

async function readLive(apiUrl: string, dataset: string): Promise<LiveReport> {
  const client = makeClient(consensus, { baseUrl: apiUrl });
  const { live } = (await client.readReport({ query: { dataset } })).body;
  const history: LiveReport['history'][number][] = [];
  for (let after = 0; after >= 0 && history.length < historyLinesMax; ) {
    const { items, next } = (await client.listWeights({ query: { dataset, after } })).body;
    history.push(...items);
    after = next ?? -1;
  }
  return { dataset, outcomes: live.outcomes, rows: [...live.members, ...live.methods], history };
}

function print({ dataset, rows, members, methods, best, guarantee }: Assessment): void {
  console.log(`\n${dataset}: ${rows} rows, each answered by models that had not seen it`);
  for (const { name, tally, loss } of [...members, ...methods]) {
    const scores = Object.entries(scoresOf(tally)).map(
      ([score, value]) => `${score} ${value.toPrecision(5).padEnd(8)}`,
    );
    console.log(`  ${name.padEnd(30)} loss ${loss.toFixed(5)}  ${scores.join(' ')}`);
  }
  console.log(`  mean loss beyond ${best.member}'s, with 95 % of a paired bootstrap:`);
  for (const { name, comparison } of methods) {
    const [from, to] = comparison.interval;
    const verdict = to < 0 ? 'BETTER' : from > 0 ? 'WORSE' : 'no worse';
    const figures = [comparison.mean, from, to].map((value) => value.toFixed(5).padStart(9));
    console.log(`  ${name.padEnd(30)} ${figures.join(' ')}  ${verdict}`);
  }
  if (guarantee !== undefined)
    console.log(
      `  guarantee: the shadow mixture of ${guarantee.members} members lost ${guarantee.regret.toFixed(3)} more than the best of them ` +
        `over ${guarantee.outcomes} outcomes; proven: at most ${guarantee.bound.toFixed(3)}`,
    );
}

/** The methods that are no worse than the best member anywhere, and better somewhere. */
function verdict(assessments: readonly Assessment[]): readonly string[] {
  const names = assessments[0]?.methods.map(({ name }) => name) ?? [];
  return names.filter((name) => {
    const all = assessments.flatMap(({ methods }) => methods.filter((method) => method.name === name));
    return (
      all.every(({ comparison }) => comparison.interval[0] <= 0) &&
      all.some(({ comparison }) => comparison.interval[1] < 0)
    );
  });
}

await runCommand(usage, options, async ({ values }) => {
  const assessments = assessAll();
  const apiUrl = readState(stateFolderFrom(process.env))?.apiUrl;
  const live =
    apiUrl === undefined
      ? []
      : await Promise.all(assessments.map(({ dataset }) => readLive(apiUrl, dataset))).catch(() => []);
  const summaries = assessments.map(summaryOf);
  const page = join(tandemFolder, 'assessment.html');
  mkdirSync(tandemFolder, { recursive: true });
  writeFileSync(page, assessmentPage(assessments, live));
  if (values.write === true) {
    writeFileSync(
      join(root, 'layers', 'onnx-runtime', 'assessment.json'),
      `${JSON.stringify(summaries, undefined, 2)}\n`,
    );
    writeFileSync(join(root, 'layers', 'domain', 'consensus', 'stacks.ts'), stacksSource(assessments));
  }
  if (values.json === true) console.log(JSON.stringify(summaries));
  else {
    for (const each of assessments) print(each);
    console.log(
      `\nno worse than the best member of each data set, and better than that of one: ${verdict(assessments).join(', ') || 'none'}`,
    );
    for (const { dataset, outcomes } of live) console.log(`live outcomes of ${dataset}: ${outcomes}`);
    console.log(`report: ${page}`);
  }
  return 0;
});
