import { CommandFailure } from '../before-install/command-failure.mjs';
import {
  parseAddress,
  parseEndpoint,
  parseNetworks,
  parsePort,
  parseShopFollower,
  runCommand,
} from '../command-line.ts';
import { startDetached } from '../detach.ts';
import { stateFolderFrom } from '../paths.ts';
import { localStackAnswers } from '../start-localstack.ts';
import { type ReadyReport, type SuperviseOptions, supervise } from '../supervise.ts';

const usage = `
npm start [-- options]
  Installs what is missing, starts LocalStack, deploys the stacks, seeds a catalogue, and shows the functions' logs.
  Ctrl-C stops everything.

  --port N          the port to answer on (4566)
  --listen ADDRESS  the address to listen on (127.0.0.1); nothing is authenticated, so think before opening it
  --allow-net CIDR  servers of that network may register, by plain http too; may be given several times
  --shop-follower F what the shop is mirrored into: documents (S3 JSON), or dynamodb (a second table)
  --detach          goes on in the background once ready; npm stop ends it
  --endpoint URL    deploys to a LocalStack that already runs there instead, with the shared code in each function
  --json            prints one JSON object when ready, and the logs as JSON lines
`;

const options = {
  port: { type: 'string', default: '4566' },
  listen: { type: 'string', default: '127.0.0.1' },
  'allow-net': { type: 'string', multiple: true, default: [] as string[] },
  'shop-follower': { type: 'string', default: 'documents' },
  detach: { type: 'boolean', default: false },
  endpoint: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

const isDetached = process.env.TANDEM_DETACHED === '1';

function warnWhenOpen(listen: string, out: NodeJS.WriteStream): void {
  if (isDetached || listen.startsWith('127.')) return;
  out.write(
    `Warning: it listens on ${listen}. Nothing is authenticated: whoever reaches that address can do everything,\n`,
  );
  out.write('including running code on this computer. Use it in a network that you trust.\n\n');
}

async function checkEndpoint(endpoint: string): Promise<void> {
  if (await localStackAnswers(endpoint)) return;
  throw new CommandFailure({
    what: `There is no LocalStack at ${endpoint}.`,
    why: `GET ${endpoint}/_localstack/health did not answer as LocalStack does.`,
    next: 'Start it there, or run npm start without --endpoint to have one started.',
  });
}

type Values = {
  port: string;
  listen: string;
  'allow-net': string[];
  'shop-follower': string;
  detach: boolean;
  endpoint?: string | undefined;
  json: boolean;
};

function settingsFrom(values: Values): SuperviseOptions {
  const endpoint = values.endpoint === undefined ? undefined : parseEndpoint(values.endpoint);
  return {
    port: endpoint === undefined ? parsePort(values.port) : Number(new URL(endpoint).port || 80),
    listen: parseAddress(values.listen),
    allowNet: parseNetworks(values['allow-net']),
    shopFollower: parseShopFollower(values['shop-follower']),
    stateFolder: stateFolderFrom(process.env),
    layers: endpoint === undefined ? 'mounted' : 'inline',
    endpoint,
    json: values.json,
    detached: isDetached,
  };
}

const print = (report: ReadyReport): void => console.log(JSON.stringify(report));

async function detach(settings: SuperviseOptions, out: NodeJS.WriteStream): Promise<number> {
  const { report, code } = await startDetached(import.meta.filename, process.argv.slice(2), {
    ...settings,
    out,
  });
  if (report && settings.json) print(report);
  return code;
}

await runCommand(usage, options, async ({ values }) => {
  const settings = settingsFrom(values);
  const out = settings.json ? process.stderr : process.stdout;
  if (settings.endpoint !== undefined) await checkEndpoint(settings.endpoint);
  warnWhenOpen(settings.listen, out);
  if (values.detach && !isDetached && settings.endpoint === undefined) return detach(settings, out);
  return supervise(settings, (report) => {
    if (isDetached) process.send?.(report);
    else if (settings.json) print(report);
  });
});
