import { type ConsensusDrillReport, drillConsensus } from '../drills/consensus-drill.ts';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { parsePort, runCommand } from '../emulator/command-line.ts';
import { stateFolderFrom } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';
import { interruption } from '../interruption.ts';

const usage = `
npm run drill:consensus [-- --outcomes 140] [-- --port 5101]
  Starts five members in other processes beside the deployment's own: one hangs, one lies, one dies. Asks counting
  predictions of known passengers, reports their outcomes as the oracle, shows that every one is answered and how weights
  move, mends the members and shows them back. Two to five minutes.

  --outcomes N   predictions to judge, at most 400 (140: those that joined count after 100)
  --port N       the first of five ports (5101)
`;

const options = {
  outcomes: { type: 'string', default: '140' },
  port: { type: 'string', default: '5101' },
} as const;
const outcomesMax = 400;

function verdicts(report: ConsensusDrillReport, counting: boolean): [string, boolean][] {
  const { failed, asked, statuses, statusesAfter, members } = report;
  const weightOf = (name: string) => members.find((member) => member.name === name)?.weight ?? 0;
  const honest = Math.min(...report.honest.map(weightOf));
  const liar = weightOf(report.liar);
  return [
    [
      `every prediction was answered: ${asked - failed.length} of ${asked}, ${report.repeated} requests sent again`,
      failed.length === 0,
    ],
    [`the hanging member was late: ${statuses['drill-hanging']}`, statuses['drill-hanging'] === 'late'],
    [`the dead member was named: ${statuses['drill-dead']}`, statuses['drill-dead'] === 'unreachable'],
    [
      `both answer again: ${statusesAfter['drill-hanging']}, ${statusesAfter['drill-dead']}`,
      statusesAfter['drill-hanging'] === 'answered' && statusesAfter['drill-dead'] === 'answered',
    ],
    ...(counting
      ? [
          [
            `the liar weighs ${liar.toFixed(5)}, an honest member that joined with it ${honest.toFixed(5)}`,
            liar < honest / 2,
          ] as [string, boolean],
        ]
      : []),
  ];
}

await runCommand(usage, options, async ({ values }) => {
  const run = readState(stateFolderFrom(process.env));
  if (run === undefined)
    throw new CommandFailure({ what: 'No tandem is running to drill.', next: 'npm start -- --detach' });
  const outcomes = Math.min(Math.max(Number(values.outcomes) || 140, 10), outcomesMax);
  const say = (seconds: number, step: string) => console.log(`${seconds.toFixed(1).padStart(6)} s  ${step}`);
  const report = await drillConsensus({
    apiUrl: run.apiUrl,
    port: parsePort(values.port),
    outcomes,
    signal: interruption(),
    say,
  });
  console.log('');
  for (const { name, weight, reputation, probation } of report.members) {
    const standing =
      probation > 0 ? `on probation, ${probation} batches left` : `reputation ${reputation.toFixed(4)}`;
    console.log(`  ${name.padEnd(22)} weight ${weight.toFixed(5)}  ${standing}`);
  }
  console.log('');
  // A little more than the probation, so that weights had time to move.
  const judged = verdicts(report, outcomes >= 120);
  for (const [what, kept] of judged) console.log(`  ${kept ? 'kept  ' : 'BROKEN'}  ${what}`);
  for (const failure of report.failed.slice(0, 5)) console.log(`          failed: ${failure}`);
  return judged.every(([, kept]) => kept) ? 0 : 1;
});
