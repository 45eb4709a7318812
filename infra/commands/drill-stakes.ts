import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plotStakes } from '../attacks/story.ts';
import { drillStakes, type StakesDrillReport } from '../drills/stakes-drill.ts';
import { stakesVerdicts } from '../drills/stakes-verdicts.ts';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { parsePort, runCommand } from '../emulator/command-line.ts';
import { root, stateFolderFrom } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';
import { interruption } from '../interruption.ts';

const usage = `
npm run drill:stakes [-- --rounds 20] [-- --port 5111]
  A liar and an honest member, each in a process of its own and with 100 units at stake, play rounds of 20 counting
  predictions with the deployment's own models. Shows how the liar's stake falls while nothing is lost or made, puts it out
  for a reveal that does not match its commitment, and recomputes the ledger. Writes a plot. Some five minutes.

  --rounds N   rounds in which it lies, at most 50 (20)
  --port N     the first of two ports (5111)
`;

const options = {
  rounds: { type: 'string', default: '20' },
  port: { type: 'string', default: '5111' },
} as const;
const roundsMax = 50;

function roundsOf(text: string): number {
  const rounds = Number(text);
  if (/^\d{1,2}$/.test(text) && rounds >= 1 && rounds <= roundsMax) return rounds;
  throw new CommandFailure({
    what: `--rounds ${text} is not a number of rounds.`,
    why: `It takes a whole number from 1 to ${roundsMax}.`,
    next: 'npm run drill:stakes -- --rounds 5',
  });
}

/** @returns the file. */
function draw({ rounds, liar }: StakesDrillReport): string {
  const folder = join(root, '.tandem', 'drills', 'stakes');
  const file = join(folder, `${new Date().toISOString().replaceAll(':', '-').slice(0, 19)}.svg`);
  mkdirSync(folder, { recursive: true });
  const stakes = rounds.map((round) => round.stakes);
  writeFileSync(file, plotStakes('A liar among honest models', { stakes, liars: new Set([liar]) }));
  return file;
}

await runCommand(usage, options, async ({ values }) => {
  const run = readState(stateFolderFrom(process.env));
  if (run === undefined)
    throw new CommandFailure({ what: 'No tandem is running to drill.', next: 'npm start -- --detach' });
  const say = (seconds: number, step: string) => console.log(`${seconds.toFixed(1).padStart(6)} s  ${step}`);
  const [rounds, port] = [roundsOf(values.rounds), parsePort(values.port)];
  const report = await drillStakes({ apiUrl: run.apiUrl, port, rounds, signal: interruption(), say });
  const verdicts = stakesVerdicts(report);
  console.log('');
  for (const { what, kept } of verdicts) console.log(`  ${kept ? 'kept  ' : 'BROKEN'}  ${what}`);
  for (const failure of report.failed.slice(0, 5)) console.log(`          failed: ${failure}`);
  console.log(`\nPlot: ${draw(report)}`);
  return verdicts.every(({ kept }) => kept) ? 0 : 1;
});
