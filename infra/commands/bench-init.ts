import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type FunctionConfiguration,
  GetFunctionCommand,
  LambdaClient,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import { download, FunctionCopies } from '../bench/function-copies.ts';
import { median } from '../bench/paired-ratio.ts';
import { buildAlone } from '../constructs/bundle.ts';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { runCommand } from '../emulator/command-line.ts';
import { stateFolderFrom } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';

const usage = `
npm run bench:init [-- --rounds N] [--json]
  Init duration of each deployed function ÷ that of an empty handler with the same SDK clients, memory and variables. To
  tell where the rest goes, also ÷ that of a leaner one, whose clients and bundle are made as functions have them; of
  functions without clients ÷ that of a handler behind \`serve\` without a route; of those that run models ÷ that of the
  same function without any model. Each round starts a copy of the function and what it is compared with in turn, in fresh
  environments; a ratio is the median over the rounds (15 unless told, after one that is not counted). Needs a running
  npm start.
`;

const roundsMax = 200;
/** What functions are compared with, and the most that they may take of it; one without a goal only tells. */
const comparisons = {
  empty: { title: 'empty handler', goal: 1.1 },
  lean: { title: 'empty, made as functions are', goal: undefined },
  served: { title: 'no route behind serve', goal: undefined },
  models: { title: 'without models', goal: 1.5 },
} as const;
type Comparison = keyof typeof comparisons;

/** SDK clients by the name of what makes one in the stores' layer: its module there, and the SDK's own class. */
const makers = {
  dynamodbClient: { module: 'clients', sdk: 'client-dynamodb', client: 'DynamoDBClient' },
  s3Client: { module: 'clients', sdk: 'client-s3', client: 'S3Client' },
  sqsClient: { module: 'clients', sdk: 'client-sqs', client: 'SQSClient' },
  functionInvoker: { module: 'invoke-function', sdk: 'client-lambda', client: 'LambdaClient' },
} as const;

type Clients = Partial<Record<keyof typeof makers, number>>;

/** How many SDK clients of each kind a function makes at its start: each store has its own. */
const storeClients: Clients = { dynamodbClient: 3, s3Client: 2, sqsClient: 2 };
const operating: Clients = { ...storeClients, dynamodbClient: 4 };
const clientsOf: Readonly<Record<string, Clients>> = {
  'tandem-front-end': {},
  'tandem-lab': {},
  'tandem-system': { dynamodbClient: 1, s3Client: 1, sqsClient: 1 },
  'tandem-consensus': { ...storeClients, functionInvoker: 1 },
  'tandem-redundancy': { ...operating, sqsClient: 3 },
  'tandem-replication': operating,
  'tandem-maintenance': operating,
  'tandem-prober': operating,
};

const runsModels = ['tandem-models', 'tandem-founders'];

type Makers = readonly (readonly [name: string, from: string, make: string, count: number])[];

/** Does nothing with the clients that it makes. */
function emptyHandler(made: Makers): string {
  return `${made.map(([name, from]) => `import { ${name} } from '${from}';`).join('\n')}
    const clients = [${made.flatMap(([, , make, count]) => Array<string>(count).fill(make)).join(', ')}];
    export const handler = async () => ({ clients: clients.length });`;
}

function makersOf(clients: Clients, isLean: boolean): Makers {
  return Object.entries(clients).map(([name, count]) => {
    const { module, sdk, client } = makers[name as keyof typeof makers];
    return isLean
      ? ([name, `@layers/stores/${module}`, `${name}('a-name')`, count] as const)
      : ([client, `@aws-sdk/${sdk}`, `new ${client}({})`, count] as const);
  });
}

/** What every route has: middy, zod, and what they and traces need of Node.js itself. */
const servedHandler = `import { serve } from '@layers/http/serve'; export const handler = serve('empty', {}, {});`;

async function zipOf(contents: string, way: 'as-functions' | 'plain'): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-'));
  try {
    await buildAlone(contents, folder, way);
    const built = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]);
    return zipSync(Object.fromEntries(built) as Record<string, Uint8Array>);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Row {
  readonly name: string;
  readonly initMs: number;
  /** Init of what it is compared with. */
  readonly otherMs: number;
  readonly other: Comparison;
  readonly ratio: number;
}

const clientsMadeBy = (name: string): Clients => clientsOf[name] ?? storeClients;

function comparisonsOf(name: string): readonly Comparison[] {
  if (runsModels.includes(name)) return ['models'];
  return Object.keys(clientsMadeBy(name)).length === 0 ? ['empty', 'served'] : ['empty', 'lean'];
}

interface Measured {
  readonly name: string;
  readonly configuration: FunctionConfiguration;
  readonly zip: Uint8Array;
}

/** @returns the name of a function that is started beside the one that is measured. */
async function makeOther(copies: FunctionCopies, { name, configuration, zip }: Measured, other: Comparison) {
  const copy = `bench-${name}-${other}`;
  if (other === 'models')
    return copies.make(copy, await copies.withoutModels(configuration), zip, configuration.Handler ?? '');
  const code =
    other === 'served' ? servedHandler : emptyHandler(makersOf(clientsMadeBy(name), other === 'lean'));
  const built = await zipOf(code, other === 'empty' ? 'plain' : 'as-functions');
  return copies.make(copy, configuration, built, 'index.handler');
}

async function read(lambda: LambdaClient, name: string): Promise<Measured> {
  const { Configuration, Code } = await lambda.send(new GetFunctionCommand({ FunctionName: name }));
  if (Configuration === undefined || Code?.Location === undefined)
    throw new Error(`${name} has no code to copy.`);
  return { name, configuration: Configuration, zip: await download(Code.Location) };
}

async function measure(copies: FunctionCopies, measured: Measured, rounds: number): Promise<Row[]> {
  const { name, configuration, zip } = measured;
  const others = comparisonsOf(name);
  const started = [await copies.make(`bench-${name}`, configuration, zip, configuration.Handler ?? '')];
  for (const other of others) started.push(await makeOther(copies, measured, other));
  const took: number[][] = started.map(() => []);
  for (let round = 0; round <= rounds; round += 1) {
    // Forwards and backwards in turn: what comes first finds another machine than what comes last.
    const order = round % 2 === 0 ? started.keys() : [...started.keys()].reverse();
    for (const each of order) {
      const initMs = await copies.initMs(started[each] ?? '', round);
      if (round > 0) took[each]?.push(initMs);
    }
    process.stderr.write(`\r${name}: ${round} of ${rounds} rounds  `);
  }
  process.stderr.write('\r\u001b[K');
  const [own = [], ...compared] = took;
  return compared.map((ms, index) => ({
    name,
    initMs: median(own),
    otherMs: median(ms),
    other: others[index] ?? 'empty',
    ratio: median(own.map((value, round) => value / (ms[round] ?? Number.NaN))),
  }));
}

function parseRounds(text: string | undefined): number {
  const rounds = Number(text ?? 15);
  if (Number.isInteger(rounds) && rounds > 0 && rounds <= roundsMax) return rounds;
  throw new CommandFailure({
    what: `--rounds ${text} is not a number of rounds.`,
    why: `It takes a whole number from 1 to ${roundsMax}.`,
    next: 'npm run bench:init -- --rounds 15',
  });
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ name, initMs, otherMs, other, ratio }) => {
    const times = [initMs, otherMs].map((ms) => `${ms.toFixed(1).padStart(8)} ms`);
    const { title, goal } = comparisons[other];
    const verdict = goal === undefined ? '' : `${ratio <= goal ? 'reached' : 'missed '} ≤ ${goal.toFixed(2)}`;
    return `  ${name.padEnd(20)} ${times.join('')} ${ratio.toFixed(2).padStart(6)}  ${verdict.padEnd(14)} ${title}`;
  });
  return ['  function                 init   compared  ratio', ...lines].join('\n');
}

await runCommand(
  usage,
  { rounds: { type: 'string' }, json: { type: 'boolean' } },
  async ({ values: { rounds, json } }) => {
    const count = parseRounds(rounds);
    const run = readState(stateFolderFrom(process.env));
    if (run === undefined) {
      throw new CommandFailure({
        what: 'No emulator is running.',
        why: 'Functions are measured where they run.',
        next: 'npm start -- --detach',
      });
    }
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const lambda = new LambdaClient({ endpoint: run.endpoint, region: 'us-east-1', credentials });
    const { Functions } = await lambda.send(new ListFunctionsCommand({}));
    const names = (Functions ?? []).flatMap(({ FunctionName }) =>
      FunctionName?.startsWith('tandem-') ? [FunctionName] : [],
    );
    const copies = new FunctionCopies(lambda);
    try {
      const rows: Row[] = [];
      for (const name of names.sort()) rows.push(...(await measure(copies, await read(lambda, name), count)));
      console.log(json === true ? JSON.stringify(rows) : table(rows));
    } finally {
      await copies.remove();
    }
    return 0;
  },
);
