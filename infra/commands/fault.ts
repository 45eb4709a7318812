import { ApiProblem, type Client, makeClient } from '@layers/contract/client';
import { faultKinds, fault as faultSchema, lab } from '@layers/contract/lab';
import type * as z from 'zod/mini';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { runCommand } from '../emulator/command-line.ts';
import { stateFolderFrom } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';

const usage = `
npm run fault -- STORE[:ONLY] KIND [options]   breaks a store of the running npm start
npm run fault -- list                          what is broken
npm run fault -- clear [ID]                    mends it: everything, or one fault

  STORE   dynamodb, s3, sqs: all of the kind; dynamodb-primary, dynamodb-secondary, s3-documents, s3-replica: one
  ONLY    a group (shop, registry, …) or a type of records (orders, products, …)
  KIND    ${faultKinds.join(', ')}
            down, drop-request  the connection is cut before anything happens
            error               the service's own 500
            delay, hang         late by --delay ms; never
            drop-reply          it happens, and its reply is lost
            conflict            S3's 409, DynamoDB's TransactionConflict

  --count N         ends after N requests
  --probability P   meets that share of them, 0 to 1
  --operation NAME  only such as TransactWriteItems or PutObject
  --key TEXT        only requests that name a record with this in its id
  --delay MS        of delay (1000)
  --json            prints the answer as JSON
`;

const options = {
  count: { type: 'string' },
  probability: { type: 'string' },
  operation: { type: 'string' },
  key: { type: 'string' },
  delay: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

type Fault = z.output<typeof faultSchema>;
type Lab = Client<typeof lab>;
interface Values {
  readonly count?: string | undefined;
  readonly probability?: string | undefined;
  readonly operation?: string | undefined;
  readonly key?: string | undefined;
  readonly delay?: string | undefined;
}

function faultFrom([target = '', kind = '']: readonly string[], values: Values): Fault {
  const [store, only] = target.split(':', 2);
  const { count, probability, operation, key, delay } = values;
  const given = { store, kind, only, operation, key };
  const numbers = { count, probability, delayMs: delay };
  const parsed = faultSchema.safeParse({
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ...Object.fromEntries(
      Object.entries(numbers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, Number(value)]],
      ),
    ),
  });
  if (parsed.success) return parsed.data;
  const why = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw new CommandFailure({ what: 'That is no fault.', why, next: 'npm run fault -- s3 down' });
}

function told({ store, kind, only, operation, key, count, probability, delayMs }: Fault): string {
  const details = Object.entries({ operation, key, count, probability, delayMs })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${value}`);
  return [`${store}${only === undefined ? '' : `:${only}`} ${kind}`, ...details].join(', ');
}

type State = Awaited<ReturnType<Lab['readLab']>>['body'];

function stateText({ faults, queue, servers }: State): string {
  const silenced = servers.filter((server) => server.silenced).map(({ id }) => id);
  const lines = [
    ...faults.map(({ id, met, fault }) => `${id}  ${told(fault)}; ${met} requests met it`),
    ...(queue.paused ? ['the consumer of the queue of changes is paused'] : []),
    ...silenced.map((id) => `${id} is silenced`),
  ];
  return lines.length === 0 ? 'Nothing is broken.' : lines.join('\n');
}

async function act(client: Lab, positionals: readonly string[], values: Values): Promise<[unknown, string]> {
  const [first, second] = positionals;
  if (first === 'list') {
    const { body } = await client.readLab();
    return [body, stateText(body)];
  }
  if (first === 'clear') {
    const { body } =
      second === undefined ? await client.clearFaults() : await client.clearFault({ path: { id: second } });
    return [body, stateText(body)];
  }
  const { body } = await client.setFault({ body: faultFrom(positionals, values) });
  return [body, `${body.id}  ${told(body.fault)}. Mend it: npm run fault -- clear`];
}

await runCommand(usage, options, async ({ values, positionals }) => {
  const run = readState(stateFolderFrom(process.env));
  if (run?.labUrl === undefined)
    throw new CommandFailure({
      what: 'There is no fault proxy.',
      why: run === undefined ? 'No tandem is running.' : 'That LocalStack was not started by npm start.',
      next: 'npm start -- --detach',
    });
  if (positionals.length === 0) {
    console.log(usage.trim());
    return 1;
  }
  const client = makeClient(lab, { baseUrl: run.labUrl, timeoutMs: 30_000 });
  try {
    const [body, text] = await act(client, positionals, values);
    console.log(values.json ? JSON.stringify(body) : text);
    return 0;
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    throw new CommandFailure({
      what: 'The fault was not taken.',
      why: error.problem?.detail ?? error.message,
      next: 'npm run fault -- --help',
    });
  }
});
