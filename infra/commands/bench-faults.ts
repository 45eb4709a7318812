import { Agent } from 'node:http';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { comparePairs, ratioText } from '../bench/paired-ratio.ts';
import { openProtocol } from '../drills/open-protocol.ts';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { runCommand } from '../emulator/command-line.ts';
import { readItemsPort } from '../emulator/faults/start-faults.ts';
import { directRequests } from '../emulator/localstack/lambda-runtime/direct-requests.mjs';
import { stateFolderFrom } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';

const usage = `
npm run bench:faults [-- --pairs N]
  What the fault proxy costs a function's put into DynamoDB, which goes straight to DynamoDB Local: while no fault is set
  (the function only looks whether one is), and while one is set that meets other requests (they go through the proxy).
  And what the same put costs through LocalStack. Medians of interleaved pairs, and their ratio.

  --pairs N   (2000)
`;

const warmUps = 100;

await runCommand(usage, { pairs: { type: 'string', default: '2000' } } as const, async ({ values }) => {
  const stateFolder = stateFolderFrom(process.env);
  const run = readState(stateFolder);
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
  const { port: emulatorPort, proxyPort } = run;
  const itemsPort = readItemsPort(stateFolder);
  const directed = (diversion?: { flagFile: string; proxyPort: number }) => {
    prototype.addRequest = addRequest;
    directRequests({ emulatorPort, itemsPort, diversion });
    return prototype.addRequest;
  };
  const straight = directed();
  const watching = directed({ flagFile: '/nothing/is/here', proxyPort });
  const withAgent = (method: typeof addRequest, send: () => Promise<unknown>) => async () => {
    prototype.addRequest = method;
    await send();
  };
  const compare = async (name: string, method: typeof addRequest, send: () => Promise<unknown>) => {
    const ratio = await comparePairs(pairs, warmUps, withAgent(method, send), withAgent(straight, direct));
    console.log(ratioText(`${name} ÷ straight`, ratio));
  };
  await compare('no fault set', watching, direct);
  await compare('through the proxy', addRequest, proxied);
  await compare('through LocalStack', addRequest, direct);
  return 0;
});
