import { compareFollower } from '@layers/domain/redundancy/compare';
import { documentStore, recordBody } from '@layers/domain/redundancy/document-follower';
import { recordPath } from '@layers/domain/redundancy/documents';
import { type Group, storeNames } from '@layers/domain/redundancy/groups';
import { takeLease } from '@layers/domain/redundancy/lease';
import { declareLost } from '@layers/domain/redundancy/lost';
import { createContext, openGroup } from '@layers/domain/redundancy/mirror';
import { eachOf } from '@layers/domain/redundancy/parallel';
import { initialise, probe } from '@layers/domain/redundancy/prober';
import type { RecordVersion } from '@layers/domain/redundancy/record';
import { followerRow } from '@layers/domain/redundancy/row-follower';
import { dynamodbClient, s3Client, sqsClient } from '@layers/stores/clients';
import { makeBenchStores } from '../bench/bench-stores.ts';
import { environmentOver } from '../bench/environment-over.ts';
import { patiently, until } from '../drills/patience.ts';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { runCommand } from '../emulator/command-line.ts';
import { stateFolderFrom } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';
import { functionVariables } from '../servers/function-variables.ts';

const usage = `
npm run bench:catch-up [-- --records N --changed N]
  How long a follower of JSON documents takes to be complete again, after some of many records were changed without it:
  from its return until the group is NORMAL, the wait for leases included. Then both are compared, whole. On a table and a
  bucket of their own in the running npm start.

  --records N   (10000)
  --changed N   (500)
`;

const { primary, documents } = storeNames;
const group: Group = {
  name: 'caught-up',
  prefixes: ['things/'],
  authority: primary,
  follower: { store: documents, structure: 'documents' },
  policy: 'available',
  replicas: [],
};
const rowsAtOnce = 50;
const requestsAtOnce = 8;
const goalMs = 30_000;

function countOf(name: string, text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 1_000_000) return count;
  throw new CommandFailure({
    what: `--${name} ${text} is no number.`,
    next: 'npm run bench:catch-up -- --help',
  });
}

type Context = ReturnType<typeof createContext>;

const idOf = (index: number) => `things/t${String(index).padStart(7, '0')}`;
const imageOf = (index: number, round: number) => JSON.stringify({ index, note: 'x'.repeat(200), round });

/** Records as both stores hold them after a synchronous write: put there without the protocol, which would take minutes. */
async function fill({ env }: Context, count: number): Promise<void> {
  const records = Array.from({ length: count }, (_, index): RecordVersion => {
    const image = imageOf(index, 0);
    const written = { prevOp: undefined, deleted: false, hash: env.hash(image), image, keyedWrites: [] };
    return { id: idOf(index), epoch: 1, ver: 1, op: env.random.id(), ...written };
  });
  const starts = Array.from({ length: Math.ceil(count / rowsAtOnce) }, (_, index) => index * rowsAtOnce);
  await eachOf(starts, requestsAtOnce, async (start) => {
    const rows = records.slice(start, start + rowsAtOnce).map(followerRow);
    const actions = rows.map((row) => ({ type: 'put' as const, row, expect: 'absent' as const }));
    await patiently(async () => env.rows[primary]?.writeRows(group.name, actions));
  });
  await eachOf(records, requestsAtOnce, async (record) => {
    const path = recordPath(group.name, '1', record.id);
    await patiently(async () =>
      documentStore(env, documents).putDocument(path, recordBody(record), 'absent'),
    );
  });
}

async function changeAlone(context: Context, records: number, changed: number): Promise<void> {
  const opened = openGroup(context);
  const step = records / changed;
  const indexes = Array.from({ length: changed }, (_, index) => Math.floor(index * step));
  await eachOf(indexes, requestsAtOnce, async (index) => {
    const id = idOf(index);
    const changes = [{ id, image: imageOf(index, 1) }];
    const { mirror } = await opened.write({
      keys: [id],
      idempotency: undefined,
      decide: () => ({ changes, answer: '' }),
    });
    if (mirror !== 'degraded') throw new Error(`A write without the follower says it is ${mirror}.`);
  });
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

async function measure(context: Context, records: number, changed: number): Promise<boolean> {
  const { env } = context;
  const modeOf = async () => (await takeLease(env, group.name)).control.mode;
  await initialise(env, group);
  await fill(context, records);
  await until('the follower is given up', async () => declareLost(context, documents));
  console.log(`${records} records in both stores; ${changed} of them are changed in one alone …`);
  await changeAlone(context, records, changed);
  const startedAt = performance.now();
  for (let mode = await modeOf(); mode !== 'NORMAL'; mode = await modeOf()) await probe(context);
  const tookMs = performance.now() - startedAt;
  const compared = await compareFollower(context, false);
  const differing = compared?.differing.length ?? -1;
  const comparedMs = performance.now() - startedAt - tookMs;
  console.log(`caught up and NORMAL after ${seconds(tookMs)} (goal ${seconds(goalMs)})`);
  console.log(`${compared?.compared ?? 0} records compared in ${seconds(comparedMs)}: ${differing} differ`);
  return differing === 0 && compared?.compared === records;
}

await runCommand(
  usage,
  { records: { type: 'string', default: '10000' }, changed: { type: 'string', default: '500' } } as const,
  async ({ values }) => {
    const [records, changed] = [countOf('records', values.records), countOf('changed', values.changed)];
    const run = readState(stateFolderFrom(process.env));
    if (run === undefined)
      throw new CommandFailure({ what: 'No tandem is running to measure.', next: 'npm start -- --detach' });
    Object.assign(process.env, await functionVariables(run.endpoint, 'tandem-redundancy'));
    const stores = await makeBenchStores({ dynamodb: dynamodbClient(), s3: s3Client(), sqs: sqsClient() });
    try {
      const env = environmentOver(stores, [group]);
      return (await measure(createContext(env, group.name, [group]), records, changed)) ? 0 : 1;
    } finally {
      await stores.remove();
    }
  },
);
