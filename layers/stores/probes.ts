import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Resolves if the table answers a strongly consistent read of an item that need not exist. */
export async function probeTable(client: DynamoDBClient, TableName: string): Promise<void> {
  await client.send(
    new GetItemCommand({
      TableName,
      Key: { pk: { S: 'HEALTH' }, sk: { S: 'HEALTH' } },
      ConsistentRead: true,
    }),
  );
}

/** Resolves if the bucket answers a read of a document that need not exist. */
export async function probeBucket(client: S3Client, Bucket: string): Promise<void> {
  try {
    await client.send(new GetObjectCommand({ Bucket, Key: 'health/probe.json' }));
  } catch (error) {
    if (!(error instanceof NoSuchKey)) throw error;
  }
}

/** @returns messages that wait or are being worked on: the replicas' distance, as a count. */
export async function readQueueDepth(client: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return Object.values(Attributes ?? {}).reduce((sum, count) => sum + Number(count), 0);
}
