import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, makeClient } from '@layers/contract/client';
import { redundancy } from '@layers/contract/redundancy';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { runCommand } from '../emulator/command-line.ts';
import { stateFolderFrom } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';
import { interruption } from '../interruption.ts';

const usage = `
npm run redundancy [-- --once] [--json]
  Shows the groups of the running npm start, each second: mode, epoch, what is pending, how far the replicas are behind,
  the last comparison, and what happened last. Ctrl-C ends it.

  --once   shows it once
  --json   prints one JSON object a look instead
`;

const options = {
  once: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

const everyMs = 1_000;
const eventsShown = 8;

type Api = Client<typeof redundancy>;
type State = Awaited<ReturnType<Api['readRedundancy']>>['body'];
type Group = State['groups'][number];

const milliseconds = (ms: number | undefined) => (ms === undefined ? '–' : `${Math.round(ms)} ms`);

function unappliedText(unapplied: Group['replicas'][number]['unapplied']): string {
  if (unapplied === undefined || unapplied.count === 0) return '';
  return ` lacks ${unapplied.count}, oldest ${milliseconds(unapplied.oldestMs)}`;
}

function copiesText({ replicas, lastDiff }: Group): string {
  const diff =
    lastDiff === undefined ? 'not compared yet' : `diff ${lastDiff.differing} of ${lastDiff.compared}`;
  const lags = replicas.map(
    ({ store, lag, unapplied, lastDiff: found }) =>
      `${store} p50 ${milliseconds(lag.p50Ms)} p99 ${milliseconds(lag.p99Ms)}${unappliedText(unapplied)}${found === undefined ? '' : ` diff ${found.differing}`}`,
  );
  return [diff, ...lags].join('; ');
}

function groupText(group: Group): string {
  const { name, mode, mirror, epoch, era, authority, follower, transactions } = group;
  const pending =
    transactions === undefined ? 'silent' : `${transactions.pending} pending, ${transactions.open} open`;
  const stores = `${authority} → ${follower?.store ?? 'nothing'}`;
  return `${name.padEnd(12)} ${mode.padEnd(10)} ${mirror.padEnd(9)} ${`${epoch}.${era}`.padEnd(6)} ${stores.padEnd(40)} ${pending.padEnd(20)} ${copiesText(group)}`;
}

async function look(api: Api): Promise<string> {
  const [{ body }, { body: events }] = await Promise.all([
    api.readRedundancy(),
    api.listRedundancyEvents({ query: { limit: eventsShown } }),
  ]);
  const { waiting, inFlight, deadLetters } = body.queue;
  const header = `${'group'.padEnd(12)} ${'mode'.padEnd(10)} ${'says'.padEnd(9)} ${'epoch'.padEnd(6)} ${'decides → follows'.padEnd(40)} ${'transactions'.padEnd(20)} copies`;
  return [
    `${body.at}   queue: ${waiting ?? '–'} waiting, ${inFlight ?? '–'} in flight, ${deadLetters ?? '–'} dead letters`,
    '',
    header,
    ...body.groups.map(groupText),
    '',
    ...events.items.map(
      ({ at, group, event, detail }) =>
        `${at.slice(11, 23)}  ${group.padEnd(12)} ${event.padEnd(10)} ${detail}`,
    ),
  ].join('\n');
}

await runCommand(usage, options, async ({ values }) => {
  const run = readState(stateFolderFrom(process.env));
  if (run === undefined)
    throw new CommandFailure({ what: 'No tandem is running to look at.', next: 'npm start -- --detach' });
  const api = makeClient(redundancy, { baseUrl: run.apiUrl, timeoutMs: 10_000 });
  const stop = interruption();
  const show = async () => {
    if (values.json) return JSON.stringify((await api.readRedundancy()).body);
    return look(api);
  };
  const isLive = !values.once && !values.json && process.stdout.isTTY;
  do {
    const text = await show().catch(
      (error: unknown) => `No answer: ${error instanceof Error ? error.message : String(error)}`,
    );
    process.stdout.write(`${isLive ? '\u001b[2J\u001b[H' : ''}${text}\n`);
    if (values.once) break;
    await sleep(everyMs, undefined, { signal: stop }).catch(() => undefined);
  } while (!stop.aborted);
  return 0;
});
