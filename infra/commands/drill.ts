import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Group, groupsWith } from '@layers/domain/redundancy/groups';
import { type Drill, type DrillSetting, isKept } from '../drills/drill.ts';
import { figuresOf } from '../drills/drill-figures.ts';
import { drillsNamed, longRounds, roundsOf, shortDrills } from '../drills/drill-plan.ts';
import { writeReport } from '../drills/drill-report.ts';
import { type Held, holdAll, type Rounds } from '../drills/hold-rounds.ts';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { parseShopFollower, runCommand } from '../emulator/command-line.ts';
import { readItemsPort } from '../emulator/faults/start-faults.ts';
import { directRequests } from '../emulator/localstack/lambda-runtime/direct-requests.mjs';
import { onOwnEmulator } from '../emulator/own-emulator.ts';
import { stateFolderFrom, tandemFolder } from '../emulator/paths.ts';
import { Phases } from '../emulator/phases.ts';
import { type RunState, readState } from '../emulator/state-file.ts';
import { interruption } from '../interruption.ts';

const usage = `
npm run drill [-- WORDS] [options]
  Breaks a store of the running npm start while clients write and record every acknowledgement, mends it, waits until the
  group is NORMAL, and looks into both stores: nothing acknowledged may be lost. The same loss is held in all groups at
  once; about half a minute each.

  WORDS       which drills: of shop, registry, ledger, predictions; follower, authority, replica; kill, hang, slow,
              drop-after-effect; wiped; dynamodb-secondary, s3-replica (all without; for example: npm run drill -- shop
              follower kill). Those of the ledger credit the operator, those of predictions ask of passengers and say
              what was true, which counts for the members of titanic.
  --short     one of each kind of loss, as CI does
  --long      80 runs of shop and registry, before them the rest once, then the shop on a DynamoDB follower: 50 minutes or so
  --runs N    each drill N times (1; of --long 10)
  --shop-follower dynamodb   a deployment of its own in which the shop is mirrored into a second table, drilled and removed
  --json      prints the figures as JSON
  Leaves tables, figures and a timeline in .tandem/drills/.
`;

const options = {
  short: { type: 'boolean', default: false },
  long: { type: 'boolean', default: false },
  runs: { type: 'string' },
  'shop-follower': { type: 'string', default: 'documents' },
  json: { type: 'boolean', default: false },
} as const;

const runsMax = 100;
const onRows = groupsWith('dynamodb');

type Say = (text: string) => void;

interface Values {
  readonly long: boolean;
  readonly short: boolean;
  readonly runs: number;
}

function runsOf(text: string): number {
  const runs = Number(text);
  if (Number.isInteger(runs) && runs >= 1 && runs <= runsMax) return runs;
  throw new CommandFailure({
    what: `--runs ${text} is no number of runs.`,
    why: `It takes 1 to ${runsMax}.`,
    next: 'npm run drill -- --runs 10',
  });
}

function repeated(drills: readonly Drill[], runs: number, words: readonly string[]): Rounds {
  if (drills.length > 0) return Array.from({ length: runs }, () => roundsOf(drills)).flat();
  throw new CommandFailure({
    what: `No drill is named by: ${words.join(' ')}.`,
    next: 'npm run drill -- --help',
  });
}

function settingOf(run: RunState | undefined, stateFolder: string, say: Say): DrillSetting {
  if (run?.labUrl !== undefined) {
    const { port: emulatorPort, endpoint, apiUrl, labUrl } = run;
    // Verdicts look at every record, and the drills wait for them.
    directRequests({ emulatorPort, itemsPort: readItemsPort(stateFolder), diversion: undefined });
    return { endpoint, apiUrl, labUrl, say };
  }
  throw new CommandFailure({
    what: 'No tandem is running to drill.',
    why: 'Drills need the fault proxy of an emulator that npm start has started.',
    next: 'npm start -- --detach',
  });
}

/** The second deployment, in which the shop can be promoted. */
async function holdOnRows(rounds: Rounds, say: Say, held: Held, signal: AbortSignal): Promise<void> {
  const stateFolder = join(tandemFolder, `drill-${process.pid}`);
  const phases = new Phases(process.stderr);
  await onOwnEmulator({ stateFolder, shopFollower: 'dynamodb', phases, signal }, async (run) =>
    holdAll(rounds, settingOf(run, stateFolder, say), held, signal),
  );
  await rm(stateFolder, { recursive: true, force: true });
}

const isOfShop = ({ name }: Group) => name === 'shop';

/** Those of the running npm start. */
async function holdHere(values: Values, words: readonly string[], say: Say, held: Held, stop: AbortSignal) {
  const stateFolder = stateFolderFrom(process.env);
  const run = readState(stateFolder);
  const setting = settingOf(run, stateFolder, say);
  const groups = groupsWith(run?.shopFollower ?? 'documents');
  const drills = values.short ? shortDrills : drillsNamed(words, groups);
  const rounds = values.long ? longRounds(groups, values.runs) : repeated(drills, values.runs, words);
  await holdAll(rounds, setting, held, stop);
}

/** Prints what was reached, and leaves the report. @returns the exit code: speed is no promise, what was kept is */
function conclude({ rounds, failed }: Held, minutes: number, isJson: boolean, say: Say): number {
  const reports = rounds.flat();
  const figures = figuresOf(rounds, minutes);
  const folder = writeReport(join(tandemFolder, 'drills'), reports, figures);
  for (const { name, goal, measured, reached } of figures)
    say(`${reached ? 'reached' : 'missed '}  ${name.padEnd(54)} ${goal.padEnd(20)} ${measured}`);
  const kept = reports.filter(isKept).length;
  const held = reports.length + failed;
  say(`${kept} of ${held} kept. Report: ${join(folder, 'report.md')}`);
  const drills = reports.map(({ attempts: _, ...report }) => report);
  if (isJson) console.log(JSON.stringify({ figures, drills }));
  return kept === held && held > 0 ? 0 : 1;
}

await runCommand(usage, options, async ({ values, positionals }) => {
  const say = values.json ? console.error : console.log;
  const startedAt = performance.now();
  const stop = interruption();
  stop.addEventListener('abort', () => say('Stopping after this round, which mends what it broke …'));
  const held: Held = { rounds: [], failed: 0 };
  const { long, short } = values;
  const runs = runsOf(values.runs ?? (long ? '10' : '1'));
  const follower = parseShopFollower(values['shop-follower']);
  if (follower === 'documents') await holdHere({ long, short, runs }, positionals, say, held, stop);
  if (long || follower === 'dynamodb') {
    const drills = drillsNamed(positionals, onRows.filter(isOfShop));
    await holdOnRows(repeated(drills, long ? 1 : runs, positionals), say, held, stop).catch(
      (error: unknown) => {
        // What was held until then is reported.
        if (!stop.aborted) throw error;
      },
    );
  }
  return conclude(held, (performance.now() - startedAt) / 60_000, values.json, say);
});
