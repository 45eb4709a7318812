import { Agent } from 'node:http';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { comparePairs, ratioText } from '../bench/paired-ratio.ts';
import { openProtocol } from '../drills/open-protocol.ts';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { runCommand } from '../emulator/command-line.ts';
import { divertWhileFaulty } from '../emulator/localstack/lambda-runtime/divert-requests.mjs';
import { stateFolderFrom } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';

const usage = `
npm run bench:faults [-- --pairs N]
  What the fault proxy costs a put into DynamoDB: while no fault is set (the functions only look whether one is), and
  while one is set that meets other requests (they go through the proxy). Medians of interleaved pairs, and their ratio.

  --pairs N   (2000)
`;

const warmUps = 100;

await runCommand(usage, { pairs: { type: 'string', default: '2000' } } as const, async ({ values }) => {
  const run = readState(stateFolderFrom(process.env));
  if (run?.proxyPort === undefined)
    throw new CommandFailure({ what: 'There is no fault proxy.', next: 'npm start -- --detach' });
  const { names } = await openProtocol(run.endpoint);
  const table = names.tables['dynamodb-primary']?.predictions ?? '';
  const put = (client: DynamoDBClient) => async () =>
    client.send(new PutItemCommand({ TableName: table, Item: { pk: { S: 'bench' }, sk: { S: 'bench' } } }));
  const direct = put(new DynamoDBClient({ endpoint: run.endpoint }));
  const proxied = put(new DynamoDBClient({ endpoint: `http://127.0.0.1:${run.proxyPort}` }));
  const pairs = Number(values.pairs);

  // Node's own, which its types leave out: what gives a request its connection.
  const prototype = Agent.prototype as unknown as { addRequest: () => void };
  const { addRequest } = prototype;
  divertWhileFaulty({ flagFile: '/nothing/is/here', emulatorPort: run.port, proxyPort: run.proxyPort });
  const watching = prototype.addRequest;
  const withAgent = (method: typeof addRequest, send: () => Promise<unknown>) => async () => {
    prototype.addRequest = method;
    await send();
  };
  const bare = withAgent(addRequest, direct);
  const idle = await comparePairs(pairs, warmUps, withAgent(watching, direct), bare);
  console.log(ratioText('no fault set ÷ bare', idle));
  const inPath = await comparePairs(pairs, warmUps, withAgent(addRequest, proxied), bare);
  console.log(ratioText('through the proxy ÷ bare', inPath));
  return 0;
});
