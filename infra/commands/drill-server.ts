import { type Failure, failures } from '../drills/break-function.ts';
import { type DrillReport, drillServer } from '../drills/server-drill.ts';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { runCommand } from '../emulator/command-line.ts';
import { stateFolderFrom } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';
import { interruption } from '../interruption.ts';

const usage = `
npm run drill:server [-- --failure crash|hang]
  Breaks the server tandem-alpha of the running npm start for real while clients buy, shows that no order is lost or
  doubled and that the registry stops naming it, mends it, and shows it back. About half a minute.

  --failure NAME   crash: a release whose handler does not exist (the default); hang: its stores never answer
`;

const options = { failure: { type: 'string', default: 'crash' } } as const;

function failureNamed(text: string): Failure {
  const found = failures.find((failure) => failure === text);
  if (found !== undefined) return found;
  throw new CommandFailure({
    what: `There is no failure "${text}".`,
    why: `It takes one of: ${failures.join(', ')}.`,
    next: 'npm run drill:server -- --failure hang',
  });
}

/** What the drill promises, and whether it was kept. */
function verdicts(report: DrillReport): [string, boolean][] {
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  return [
    [`no order lost: ${report.lost.length}`, report.lost.length === 0],
    [`no order doubled: ${report.doubled}`, report.doubled === 0],
    [`no unit sold twice or lost: ${report.stockMissing}`, report.stockMissing === 0],
    [
      `orders that alpha failed and another server took: ${report.movedToAnotherServer}`,
      report.movedToAnotherServer > 0,
    ],
    [
      `named for ${seconds(report.handedOutMs)} s after it broke; at most ${seconds(report.handedOutMaxMs)} s`,
      report.handedOutMs <= report.handedOutMaxMs,
    ],
    [
      `sells again after its repair, back after ${seconds(report.backAfterMs)} s`,
      report.soldByAlphaAgain > 0,
    ],
  ];
}

await runCommand(usage, options, async ({ values }) => {
  const run = readState(stateFolderFrom(process.env));
  if (run === undefined)
    throw new CommandFailure({ what: 'No tandem is running to drill.', next: 'npm start -- --detach' });
  const say = (seconds: number, step: string) => console.log(`${seconds.toFixed(1).padStart(6)} s  ${step}`);
  const report = await drillServer({
    endpoint: run.endpoint,
    apiUrl: run.apiUrl,
    failure: failureNamed(values.failure),
    stop: interruption(),
    say,
  });
  const judged = verdicts(report);
  console.log('');
  for (const [what, kept] of judged) console.log(`  ${kept ? 'kept  ' : 'BROKEN'}  ${what}`);
  for (const lost of report.lost) console.log(`          lost: ${lost}`);
  return judged.every(([, kept]) => kept) ? 0 : 1;
});
