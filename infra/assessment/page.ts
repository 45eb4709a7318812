import type { Assessed, Assessment } from '@layers/domain/consensus/assessment';
import { calibrationError, calibrationOf, scoresOf } from '@layers/domain/consensus/tally';
import { barPlot, colourOf, escaped, linePlot } from './svg.ts';

/** What the running deployment says of its own outcomes, if there is one. */
export interface LiveReport {
  readonly dataset: string;
  readonly outcomes: number;
  readonly rows: readonly { readonly name: string; readonly outcomes: number; readonly scores: Scores }[];
  readonly history: readonly { readonly place: number; readonly members: readonly LiveWeight[] }[];
}
type Scores = Readonly<Record<string, number | undefined>>;
interface LiveWeight {
  readonly name: string;
  readonly weight: number;
}

const weightPointsMax = 200;

const number = (value: number | undefined) =>
  value === undefined ? '' : String(Number(value.toPrecision(5)));

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${line(head, 'th')}${rows.map((cells) => line(cells, 'td')).join('')}</table>`;
}

function scoresTable(all: readonly Assessed[]): string {
  const names = Object.keys(
    scoresOf(
      all[0]?.tally ?? {
        task: 'regression',
        outcomes: 0,
        squared: 0,
        absolute: 0,
        truth: 0,
        truthSquared: 0,
      },
    ),
  );
  return table(
    ['', ...names, 'mean loss', 'calibration error'],
    all.map(({ title, tally, loss }) => {
      const scores: Scores = scoresOf(tally);
      return [
        title,
        ...names.map((name) => number(scores[name])),
        number(loss),
        number(calibrationError(tally)),
      ];
    }),
  );
}

function comparisonTable({ methods, best }: Assessment): string {
  return table(
    [`mean loss beyond ${best.member}'s`, 'difference', '95 % (paired bootstrap)', ''],
    methods.map(({ title, comparison: { mean, interval } }) => [
      title,
      number(mean),
      `${number(interval[0])} to ${number(interval[1])}`,
      interval[1] < 0 ? 'better' : interval[0] > 0 ? 'worse' : 'no worse',
    ]),
  );
}

const legend = (names: readonly string[]) =>
  `<p class="legend">${names.map((name, index) => `<span style="color:${colourOf(index)}">■ ${escaped(name)}</span>`).join(' ')}</p>`;

function calibrationPlot(all: readonly Assessed[]): string {
  const lines = all.map(({ name, tally }) => ({
    name,
    points: calibrationOf(tally).map(({ given, seen }) => [given, seen] as const),
  }));
  if (lines.every(({ points }) => points.length === 0)) return '';
  const axes = {
    title: 'Calibration: how often came true what was given a probability',
    x: [0, 1],
    y: [0, 1],
    xTitle: 'probability given',
    yTitle: 'share that came true',
  } as const;
  return `<h3>Calibration</h3>${linePlot(axes, lines)}${legend(lines.map(({ name }) => name))}`;
}

function weightsPlot(names: readonly string[], weights: Assessment['weights']): string {
  const step = Math.max(1, Math.ceil(weights.length / weightPointsMax));
  const kept = weights.filter((_, index) => index % step === 0 || index === weights.length - 1);
  const lines = names.map((name, place) => ({
    name,
    points: kept.map(({ outcomes, weights: at }) => [outcomes, at[place] ?? 0] as const),
  }));
  const axes = {
    title: 'Weights by accuracy',
    x: [0, weights.at(-1)?.outcomes ?? 1],
    y: [0, Math.max(...kept.flatMap(({ weights: at }) => at))],
    xTitle: 'outcomes',
    yTitle: 'weight',
  } as const;
  return `<h3>Weights by accuracy, batch by batch</h3>${linePlot(axes, lines)}${legend(names)}`;
}

function liveSection({ outcomes, rows, history }: LiveReport): string {
  if (outcomes === 0) return '<h3>Live</h3><p>No outcome of a counting prediction yet.</p>';
  const names = [...new Set(rows.flatMap(({ scores }) => Object.keys(scores)))];
  const members = [...new Set(history.flatMap((line) => line.members.map(({ name }) => name)))];
  const weights = history.map(({ place, members: at }) => ({
    outcomes: place,
    weights: members.map((name) => at.find((member) => member.name === name)?.weight ?? 0),
  }));
  return (
    `<h3>Live: ${outcomes} outcomes</h3>` +
    table(
      ['', 'outcomes', ...names],
      rows.map(({ name, outcomes: own, scores }) => [
        name,
        String(own),
        ...names.map((each) => number(scores[each])),
      ]),
    ) +
    (weights.length > 1 ? weightsPlot(members, weights) : '')
  );
}

function section(assessment: Assessment, live: LiveReport | undefined): string {
  const { dataset, rows, members, methods, guarantee, weights } = assessment;
  const all = [...members, ...methods];
  const score = members[0]?.tally.task === 'classification' ? 'accuracy' : 'r2';
  const bars = all.map(({ name, tally }) => ({ name, value: scoresOf(tally)[score] ?? 0 }));
  const bound =
    guarantee === undefined
      ? ''
      : `<p>A shadow mixture of the ${guarantee.members} members lost ${number(guarantee.regret)} more than the best of them over ${guarantee.outcomes} outcomes; it is proven to lose at most ${number(guarantee.bound)} more.</p>`;
  return (
    `<section><h2>${escaped(dataset)}</h2><p>${rows} rows, each answered by models that had not seen it.</p>` +
    `${scoresTable(all)}${barPlot(`${score} by model`, bars)}<h3>Beside the best member</h3>${comparisonTable(assessment)}${bound}` +
    `${calibrationPlot([...members, ...methods.slice(0, 1)])}${weightsPlot(
      members.map(({ name }) => name),
      weights,
    )}${live === undefined ? '' : liveSection(live)}</section>`
  );
}

const style =
  'body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}' +
  'table{border-collapse:collapse;font-size:13px;margin:1rem 0}td,th{border-bottom:1px solid #ddd;padding:.2rem .6rem;text-align:right}' +
  'td:first-child,th:first-child{text-align:left}svg{max-width:40rem;width:100%;font:11px system-ui,sans-serif}.legend span{margin-right:1rem;white-space:nowrap}';

/** The whole assessment as one page. */
export function assessmentPage(assessments: readonly Assessment[], live: readonly LiveReport[]): string {
  const sections = assessments.map((each) =>
    section(
      each,
      live.find(({ dataset }) => dataset === each.dataset),
    ),
  );
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<title>Assessment</title><style>${style}</style></head><body><h1>Members and what is made of them</h1>${sections.join('')}</body></html>\n`
  );
}
