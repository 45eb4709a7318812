import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, DeleteQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { controlLayout, logLayout, tableLayout } from '@layers/stores/table-layout';

export interface BenchClients {
  readonly dynamodb: DynamoDBClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
}

export interface BenchStores {
  readonly table: string;
  readonly control: string;
  readonly log: string;
  readonly bucket: string;
  readonly queueUrl: string;
  readonly remove: () => Promise<void>;
}

async function makeTable(client: DynamoDBClient, TableName: string, keys: readonly string[]) {
  const { openIndex } = tableLayout;
  const isGroup = TableName.endsWith('-rows');
  const pair = (names: readonly string[]) =>
    names.map((AttributeName, index) => ({
      AttributeName,
      KeyType: index === 0 ? ('HASH' as const) : ('RANGE' as const),
    }));
  const index = [openIndex.partitionKey, openIndex.sortKey];
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: pair(keys),
      AttributeDefinitions: [...keys, ...(isGroup ? index : [])].map((AttributeName) => ({
        AttributeName,
        AttributeType: AttributeName === openIndex.sortKey ? ('N' as const) : ('S' as const),
      })),
      ...(isGroup
        ? {
            GlobalSecondaryIndexes: [
              { IndexName: openIndex.name, KeySchema: pair(index), Projection: { ProjectionType: 'ALL' } },
            ],
          }
        : {}),
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 1, maxDelay: 1 }, { TableName });
}

async function emptyBucket(client: S3Client, Bucket: string): Promise<void> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket })) {
    const Objects = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
    if (Objects.length > 0) await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  }
  await client.send(new DeleteBucketCommand({ Bucket }));
}

/** A table of rows, a control table, its log, a bucket and a queue that nothing else uses. */
export async function makeBenchStores({ dynamodb, s3, sqs }: BenchClients): Promise<BenchStores> {
  const name = `bench-${randomUUID().slice(0, 8)}`;
  const [table, control, log] = [`${name}-rows`, `${name}-control`, `${name}-log`];
  await makeTable(dynamodb, table, [tableLayout.partitionKey, tableLayout.sortKey]);
  await makeTable(dynamodb, control, [controlLayout.partitionKey]);
  await makeTable(dynamodb, log, [logLayout.partitionKey, logLayout.sortKey]);
  await s3.send(new CreateBucketCommand({ Bucket: name }));
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const remove = async () => {
    for (const TableName of [table, control, log]) await dynamodb.send(new DeleteTableCommand({ TableName }));
    await emptyBucket(s3, name);
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  };
  return { table, control, log, bucket: name, queueUrl: QueueUrl, remove };
}
