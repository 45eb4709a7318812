import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  DeleteLayerVersionCommand,
  type FunctionConfiguration,
  GetFunctionCommand,
  GetLayerVersionByArnCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  PublishLayerVersionCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { unzipSync, zipSync } from 'fflate';
import { median } from '../bench/paired-ratio.ts';
import { buildAlone } from '../constructs/bundle.ts';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { runCommand } from '../emulator/command-line.ts';
import { stateFolderFrom } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';

const usage = `
npm run bench:init [-- --rounds N] [--json]
  Init duration of each deployed function ÷ that of an empty handler with the same SDK clients, memory and variables; of
  those that make no client also ÷ that of a handler behind \`serve\` without a route; of those that run models ÷ that of
  the same function without any model. Each round starts a copy of the function and what
  it is compared with in turn, in fresh environments; the ratio of a function is the median over the rounds (15 unless
  told, after one that is not counted). Needs a running npm start.
`;

const roundsMax = 200;
const goals = { empty: 1.1, served: 1.1, models: 1.5 } as const;
const comparedWith = {
  empty: 'empty handler',
  served: 'no route behind serve',
  models: 'without models',
} as const satisfies Record<keyof typeof goals, string>;
const waiting = { maxWaitTime: 30, minDelay: 0.05, maxDelay: 0.2 } as const;

/** Modules of the stores' layer, and what in them makes an SDK client. */
const makers = {
  dynamodbClient: 'clients',
  s3Client: 'clients',
  sqsClient: 'clients',
  functionInvoker: 'invoke-function',
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

/** Does nothing with the clients, which come from the very modules that functions make them with. */
function emptyHandler(clients: Clients): string {
  const names = Object.keys(clients) as (keyof typeof makers)[];
  return `${names.map((name) => `import { ${name} } from '@layers/stores/${makers[name]}';`).join('\n')}
    const clients = [${names.flatMap((name) => Array<string>(clients[name] ?? 0).fill(`${name}('a-name')`)).join(', ')}];
    export const handler = async () => ({ clients: clients.length });`;
}

/** What every route has: middy, zod, and what they and traces need of Node.js itself. */
const servedHandler = `import { serve } from '@layers/http/serve'; export const handler = serve('empty', {}, {});`;

async function zipOf(contents: string): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-'));
  try {
    const file = join(folder, 'index.mjs');
    await buildAlone(contents, file);
    return zipSync({ 'index.mjs': readFileSync(file), 'index.mjs.map': readFileSync(`${file}.map`) });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

class Copies {
  private readonly lambda: LambdaClient;
  private readonly made: string[] = [];
  private readonly layers: { LayerName: string; VersionNumber: number }[] = [];
  private readonly emptied = new Map<string, string>();

  constructor(lambda: LambdaClient) {
    this.lambda = lambda;
  }

  /** A function that nothing else calls, configured as `like`. */
  async make(name: string, like: FunctionConfiguration, code: Uint8Array, handler: string): Promise<string> {
    await this.lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Runtime: like.Runtime,
        Role: like.Role,
        Handler: handler,
        Code: { ZipFile: code },
        Layers: like.Layers?.flatMap(({ Arn }) => (Arn === undefined ? [] : [Arn])),
        MemorySize: like.MemorySize,
        Timeout: like.Timeout,
        Environment: { Variables: like.Environment?.Variables },
      }),
    );
    this.made.push(name);
    await waitUntilFunctionActiveV2({ client: this.lambda, ...waiting }, { FunctionName: name });
    return name;
  }

  /** @returns the layer's address, or that of a copy with no model in it, which is made once. */
  async withoutModels(Arn: string): Promise<string> {
    const address = this.emptied.get(Arn) ?? (await this.emptyOfModels(Arn));
    this.emptied.set(Arn, address);
    return address;
  }

  private async emptyOfModels(Arn: string): Promise<string> {
    const { Content } = await this.lambda.send(new GetLayerVersionByArnCommand({ Arn }));
    const files = unzipSync(await download(Content?.Location));
    const folder = Object.keys(files).find((path) => path.endsWith('/card.json'));
    if (folder === undefined) return Arn;
    const models = `${dirname(dirname(folder))}/`;
    const kept = Object.entries(files).filter(([path]) => !path.startsWith(models));
    // A folder is there only with something in it.
    const emptied = { ...Object.fromEntries(kept), [`${models}none`]: new Uint8Array() };
    const LayerName = 'bench-without-models';
    const { LayerVersionArn = '', Version: VersionNumber = 0 } = await this.lambda.send(
      new PublishLayerVersionCommand({ LayerName, Content: { ZipFile: zipSync(emptied, { level: 1 }) } }),
    );
    this.layers.push({ LayerName, VersionNumber });
    return LayerVersionArn;
  }

  /** A change of its description gives the next invocation a fresh environment. @returns its Init Duration in ms. */
  async initMs(name: string, round: number): Promise<number> {
    const FunctionName = name;
    await this.lambda.send(
      new UpdateFunctionConfigurationCommand({ FunctionName, Description: `round ${round}` }),
    );
    await waitUntilFunctionUpdatedV2({ client: this.lambda, ...waiting }, { FunctionName });
    const { LogResult } = await this.lambda.send(
      new InvokeCommand({ FunctionName, LogType: 'Tail', Payload: Buffer.from('{}') }),
    );
    const report = Buffer.from(LogResult ?? '', 'base64').toString();
    const found = /Init Duration: ([\d.]+) ms/.exec(report);
    if (found === null) throw new Error(`${name} reported no Init Duration: ${report.slice(-400)}`);
    return Number(found[1]);
  }

  async remove(): Promise<void> {
    for (const FunctionName of this.made) await this.lambda.send(new DeleteFunctionCommand({ FunctionName }));
    for (const layer of this.layers) await this.lambda.send(new DeleteLayerVersionCommand(layer));
  }
}

interface Row {
  readonly name: string;
  readonly initMs: number;
  /** Init of what it is compared with. */
  readonly otherMs: number;
  readonly other: keyof typeof goals;
  readonly ratio: number;
}

async function download(location: string | undefined): Promise<Uint8Array> {
  if (location === undefined) throw new Error('This code has no address.');
  return new Uint8Array(await (await fetch(location)).arrayBuffer());
}

async function bare(copies: Copies, like: FunctionConfiguration): Promise<FunctionConfiguration> {
  const Layers = [];
  for (const { Arn = '' } of like.Layers ?? []) Layers.push({ Arn: await copies.withoutModels(Arn) });
  return { ...like, Layers };
}

function comparisonsOf(name: string): readonly Row['other'][] {
  if (runsModels.includes(name)) return ['models'];
  return Object.keys(clientsOf[name] ?? storeClients).length === 0 ? ['empty', 'served'] : ['empty'];
}

async function measure(
  copies: Copies,
  lambda: LambdaClient,
  { name, other, rounds }: Pick<Row, 'name' | 'other'> & { rounds: number },
): Promise<Row> {
  const { Configuration, Code } = await lambda.send(new GetFunctionCommand({ FunctionName: name }));
  if (Configuration === undefined || Code?.Location === undefined)
    throw new Error(`${name} has no code to copy.`);
  const zip = await download(Code.Location);
  const handler = Configuration.Handler ?? '';
  const own = await copies.make(`bench-${name}-for-${other}`, Configuration, zip, handler);
  const code = other === 'served' ? servedHandler : emptyHandler(clientsOf[name] ?? storeClients);
  const compared = await (other === 'models'
    ? copies.make(`bench-${name}-without`, await bare(copies, Configuration), zip, handler)
    : copies.make(`bench-${name}-${other}`, Configuration, await zipOf(code), 'index.handler'));
  const pairs: { own: number; other: number }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const pair = { own: await copies.initMs(own, round), other: await copies.initMs(compared, round) };
    if (round > 0) pairs.push(pair);
    process.stderr.write(`\r${name}: ${round} of ${rounds} rounds  `);
  }
  process.stderr.write('\r\u001b[K');
  return {
    name,
    initMs: median(pairs.map((pair) => pair.own)),
    otherMs: median(pairs.map((pair) => pair.other)),
    other,
    ratio: median(pairs.map((pair) => pair.own / pair.other)),
  };
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
    const verdict = `${ratio <= goals[other] ? 'reached' : 'missed '} ≤ ${goals[other].toFixed(2)}`;
    return `  ${name.padEnd(20)} ${times.join('')} ${ratio.toFixed(2).padStart(6)}  ${verdict} ${comparedWith[other]}`;
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
    const copies = new Copies(lambda);
    try {
      const rows: Row[] = [];
      for (const name of names.sort())
        for (const other of comparisonsOf(name))
          rows.push(await measure(copies, lambda, { name, other, rounds: count }));
      console.log(json === true ? JSON.stringify(rows) : table(rows));
    } finally {
      await copies.remove();
    }
    return 0;
  },
);
