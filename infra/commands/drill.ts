import { join } from 'node:path';
import { drillsNamed, everyDrill, shortDrills } from '../drills/drill-plan.ts';
import { isKept, summaryOf, writeReport } from '../drills/drill-report.ts';
import {
  type Drill,
  type DrillReport,
  type DrillSetting,
  drillStore,
  nameOf,
} from '../drills/store-drill.ts';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { runCommand } from '../emulator/command-line.ts';
import { stateFolderFrom, tandemFolder } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';

const usage = `
npm run drill [-- WORDS] [options]
  Breaks a store of the running npm start while clients write and record every acknowledgement, mends it, waits until the
  group is NORMAL, and looks into both stores: nothing acknowledged may be lost. About half a minute a drill.

  WORDS       which drills: of shop, registry; follower, authority; kill, hang, slow, drop-after-effect; wiped
              (all ${everyDrill.length} without; for example: npm run drill -- shop follower kill)
  --short     one of each kind of loss, as CI does
  --runs N    each drill N times (1); 10 is the long set: 45 minutes or so
  --json      prints the figures as JSON
  Leaves tables, figures and a timeline in .tandem/drills/.
`;

const options = {
  short: { type: 'boolean', default: false },
  runs: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
} as const;

const runsMax = 100;

function runsOf(text: string): number {
  const runs = Number(text);
  if (Number.isInteger(runs) && runs >= 1 && runs <= runsMax) return runs;
  throw new CommandFailure({
    what: `--runs ${text} is no number of runs.`,
    why: `It takes 1 to ${runsMax}.`,
    next: 'npm run drill -- --runs 10',
  });
}

function chosenBy(short: boolean, words: readonly string[]): readonly Drill[] {
  const chosen = short ? shortDrills : drillsNamed(words);
  if (chosen.length > 0) return chosen;
  throw new CommandFailure({
    what: `No drill is named by: ${words.join(' ')}.`,
    next: 'npm run drill -- --help',
  });
}

function requireRun(): Omit<DrillSetting, 'say'> {
  const run = readState(stateFolderFrom(process.env));
  if (run?.labUrl !== undefined) return { endpoint: run.endpoint, apiUrl: run.apiUrl, labUrl: run.labUrl };
  throw new CommandFailure({
    what: 'No tandem is running to drill.',
    why: 'Drills need the fault proxy of an emulator that npm start has started.',
    next: 'npm start -- --detach',
  });
}

/** One after the other, until told to stop. A drill that does not come to its end is broken too. */
async function runAll(plan: readonly Drill[], setting: DrillSetting): Promise<[DrillReport[], number]> {
  const stop = new AbortController();
  process.once('SIGINT', () => {
    stop.abort();
    setting.say('Stopping after this drill, which mends what it broke …');
  });
  const reports: DrillReport[] = [];
  let failed = 0;
  for (const [index, drill] of plan.entries()) {
    if (stop.signal.aborted) break;
    setting.say(`${index + 1} of ${plan.length}: ${nameOf(drill)}`);
    try {
      const report = await drillStore(drill, setting);
      reports.push(report);
      setting.say(summaryOf(report));
    } catch (error) {
      failed += 1;
      setting.say(`BROKEN ${nameOf(drill)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return [reports, failed];
}

await runCommand(usage, options, async ({ values, positionals }) => {
  const chosen = chosenBy(values.short, positionals);
  const plan = Array.from({ length: runsOf(values.runs) }, () => chosen).flat();
  const print = values.json ? console.error : console.log;
  const [reports, failed] = await runAll(plan, { ...requireRun(), say: print });
  const folder = writeReport(join(tandemFolder, 'drills'), reports);
  const kept = reports.filter(isKept).length;
  print(`${kept} of ${reports.length + failed} kept. Report: ${join(folder, 'report.md')}`);
  if (values.json) console.log(JSON.stringify(reports.map(({ attempts: _, ...report }) => report)));
  return kept === reports.length + failed ? 0 : 1;
});
