import { CommandFailure } from '../before-install/command-failure.mjs';
import { parseAddress, parseEndpoint, parsePort, runCommand } from '../command-line.ts';
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
  --detach          goes on in the background once ready; npm stop ends it
  --endpoint URL    deploys to a LocalStack that already runs there instead, with the shared code in each function
  --json            prints one JSON object when ready, and the logs as JSON lines
`;

const options = {
  port: { type: 'string', default: '4566' },
  listen: { type: 'string', default: '127.0.0.1' },
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

await runCommand(usage, options, async ({ values }) => {
  const endpoint = values.endpoint === undefined ? undefined : parseEndpoint(values.endpoint);
  if (endpoint) await checkEndpoint(endpoint);
  const settings: SuperviseOptions = {
    port: endpoint ? Number(new URL(endpoint).port || 80) : parsePort(values.port),
    listen: parseAddress(values.listen),
    stateFolder: stateFolderFrom(process.env),
    layers: endpoint ? 'inline' : 'mounted',
    endpoint,
    json: values.json,
  };
  const out = values.json ? process.stderr : process.stdout;
  warnWhenOpen(settings.listen, out);
  const print = (report: ReadyReport): void => console.log(JSON.stringify(report));
  if (values.detach && !isDetached && !endpoint) {
    const { report, code } = await startDetached(import.meta.filename, process.argv.slice(2), {
      ...settings,
      out,
    });
    if (report && values.json) print(report);
    return code;
  }
  return supervise(settings, (report) => {
    if (isDetached) process.send?.(report);
    else if (values.json) print(report);
  });
});
