import {
  type AttributeValue,
  GetItemCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { type Group, storeNames } from '@layers/domain/redundancy/groups';
import { createContext, openGroup } from '@layers/domain/redundancy/mirror';
import { initialise } from '@layers/domain/redundancy/prober';
import { dynamodbClient, s3Client, sqsClient } from '@layers/stores/clients';
import { type BenchStores, makeBenchStores } from '../bench/bench-stores.ts';
import { environmentOver } from '../bench/environment-over.ts';
import { comparePairs, ratioText } from '../bench/paired-ratio.ts';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { runCommand } from '../emulator/command-line.ts';
import { stateFolderFrom } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';
import { functionVariables } from '../servers/function-variables.ts';

const usage = `
npm run bench:redundancy [-- --pairs N]
  What the redundancy protocol costs above the very SDK calls that it makes, in one process and without the gateway: a
  write into DynamoDB and S3, a write that is acknowledged before its replicas have it, a read. Medians of interleaved
  pairs on tables, a bucket and a queue of their own, with the ratio and its confidence interval.

  --pairs N   (2000)
`;

const warmUps = 50;
const { primary, documents, secondary } = storeNames;
const policy = 'available' as const;
const base = { prefixes: ['things/'], authority: primary, policy };
const mirrored: Group = {
  ...base,
  name: 'mirrored',
  follower: { store: documents, structure: 'documents' },
  replicas: [],
};
const replicated: Group = {
  ...base,
  name: 'replicated',
  follower: undefined,
  replicas: [{ store: secondary, structure: 'rows', prefixes: ['things/'], replicate: 'on-change' }],
};
const entity = JSON.stringify({ name: 'Enamel mug', note: 'x'.repeat(400) });
const clients = { dynamodb: dynamodbClient(), s3: s3Client(), sqs: sqsClient() };

const key = (pk: string, sk: string) => ({ pk: { S: pk }, sk: { S: sk } });
const condition = (name: string) => ({
  ConditionExpression: `attribute_not_exists(#n) OR #n <> :never`,
  ExpressionAttributeNames: { '#n': name },
  ExpressionAttributeValues: { ':never': { S: 'never' } },
});

/** The calls that the protocol makes, with items of the same size and conditions that always hold. */
function bareCalls({ table: TableName, control, bucket: Bucket, queueUrl: QueueUrl }: BenchStores) {
  const { dynamodb, s3, sqs } = clients;
  const record = key('bare#things', 'one');
  const version = {
    epoch: { N: '1' },
    ver: { N: '7' },
    op: { S: 'x'.repeat(22) },
    hash: { S: 'x'.repeat(43) },
  };
  const put = (Item: Record<string, AttributeValue>) => ({
    Put: { TableName, Item, ...condition('op') },
  });
  const fence = { TableName, Key: key('fence#1', 'fence') };
  let etag: string | undefined;
  const lease = async () =>
    dynamodb.send(
      new GetItemCommand({ TableName: control, Key: { pk: { S: mirrored.name } }, ConsistentRead: true }),
    );
  const read = async () =>
    dynamodb.send(
      new TransactGetItemsCommand({ TransactItems: [{ Get: fence }, { Get: { TableName, Key: record } }] }),
    );
  const commit = async () =>
    dynamodb.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { ConditionCheck: { ...fence, ...condition('op') } },
          put({ ...record, ...version, image: { S: entity } }),
          put({
            ...key('bare-transaction#one', 'transaction'),
            ...version,
            keys: { L: [{ S: 'things/one' }] },
          }),
        ],
      }),
    );
  const update = (Key: Record<string, { S: string }>) => ({
    Update: {
      TableName,
      Key,
      UpdateExpression: 'SET mver = :ver',
      ...condition('op'),
      ExpressionAttributeValues: { ':ver': { N: '7' }, ':never': { S: 'never' } },
    },
  });
  const mark = async () =>
    dynamodb.send(
      new TransactWriteItemsCommand({
        TransactItems: [update(record), update(key('bare-transaction#one', 'transaction'))],
      }),
    );
  const markSent = async () =>
    dynamodb.send(
      new TransactWriteItemsCommand({ TransactItems: [update(key('bare-transaction#one', 'transaction'))] }),
    );
  const document = async () => {
    const Body = JSON.stringify({ kind: 'record', stamp: Math.random(), ...version, entity });
    const when = etag === undefined ? {} : { IfMatch: etag };
    ({ ETag: etag } = await s3.send(
      new PutObjectCommand({ Bucket, Key: 'bare/one.json', Body, ContentType: 'application/json', ...when }),
    ));
  };
  const send = async () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x'.repeat(150) }));
  const inTurn = (calls: readonly (() => Promise<unknown>)[]) => async () => {
    for (const call of calls) await call();
  };
  return {
    write: inTurn([lease, read, commit, document, mark]),
    acknowledge: inTurn([lease, read, commit, send, markSent]),
    read: inTurn([lease, read]),
  };
}

async function openBench(stores: BenchStores, group: Group) {
  const env = environmentOver(stores, [group]);
  await initialise(env, group);
  const opened = openGroup(createContext(env, group.name, [group]));
  let count = 0;
  const write = async () => {
    count += 1;
    const image = JSON.stringify({ count, entity });
    const changes = [{ id: 'things/one', image }];
    return opened.write({
      keys: ['things/one'],
      idempotency: undefined,
      decide: () => ({ changes, answer: '' }),
    });
  };
  return { write, read: async () => opened.read(['things/one']) };
}

await runCommand(usage, { pairs: { type: 'string', default: '2000' } } as const, async ({ values }) => {
  const run = readState(stateFolderFrom(process.env));
  if (run === undefined)
    throw new CommandFailure({ what: 'No tandem is running to measure.', next: 'npm start -- --detach' });
  Object.assign(process.env, await functionVariables(run.endpoint, 'tandem-redundancy'));
  const pairs = Number(values.pairs);
  // A table for each group: their fences and records are told apart by it.
  const [first, second] = [await makeBenchStores(clients), await makeBenchStores(clients)];
  try {
    const sync = await openBench(first, mirrored);
    const async = await openBench(second, replicated);
    const bare = bareCalls(first);
    console.log(
      ratioText('synchronous write ÷ bare calls', await comparePairs(pairs, warmUps, sync.write, bare.write)),
    );
    console.log(
      ratioText(
        'asynchronous ack ÷ bare calls',
        await comparePairs(pairs, warmUps, async.write, bare.acknowledge),
      ),
    );
    console.log(ratioText('read ÷ bare calls', await comparePairs(pairs, warmUps, sync.read, bare.read)));
  } finally {
    await first.remove();
    await second.remove();
  }
  return 0;
});
