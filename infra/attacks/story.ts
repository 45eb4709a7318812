import { roundPredictions } from '@layers/domain/staking/rules';
import type { Answers } from './answers.ts';
import { qualityOf } from './measure.ts';
import type { Played } from './play.ts';
import { type Line, plotLines } from './plot.ts';
import type { Result } from './run.ts';

const [blue, red, grey, orange] = ['#1f5fa8', '#c0392b', '#7f8c8d', '#d68910'];

/** Units at stake after each round, a line a key; keys that are gone are at 0. */
export function plotStakes(title: string, { stakes, liars }: Pick<Played, 'stakes' | 'liars'>): string {
  const keys = new Set(stakes.flatMap((round) => [...round.keys()]));
  const lines = [...keys].map(
    (key): Line => ({
      title: liars.has(key) ? 'liars' : 'honest',
      colour: liars.has(key) ? red : blue,
      values: stakes.map((round) => Number(round.get(key) ?? 0n) / 1_000_000),
    }),
  );
  return plotLines(`${title}: units at stake`, 'settled rounds →', lines);
}

/** Accuracy, or R², of each batch of predictions so far. */
function running(answers: Answers, played: Played, given: Played['consensus']): number[] {
  const batches = Math.floor(played.rows.length / roundPredictions);
  const step = Math.max(1, Math.floor(batches / 100));
  return Array.from({ length: Math.floor(batches / step) }, (_, index) => {
    const rows = (index + 1) * step * roundPredictions;
    return qualityOf(answers, played.rows.slice(0, rows), given.slice(0, rows)).hits;
  });
}

/** How good the consensus was up to each batch, beside mean and median. */
export function plotAccuracy(answers: Answers, { scenario, first }: Result): string {
  const lines: Line[] = [
    { title: 'consensus', colour: blue, values: running(answers, first, first.consensus) },
    { title: 'mean', colour: grey, values: running(answers, first, first.mean) },
    { title: 'median', colour: orange, values: running(answers, first, first.median) },
  ];
  const what = answers.scale.task === 'classification' ? 'accuracy so far' : 'R² so far';
  return plotLines(`${scenario.title}: ${what}`, 'batches →', lines);
}
