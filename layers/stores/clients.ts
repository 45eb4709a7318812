import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';

/**
 * One attempt, and timeouts that throw: the SDK's own retries would hide a reply that was dropped after its effect, and
 * its defaults wait for ever. Whoever calls decides what to repeat.
 */
export const clientSettings = {
  maxAttempts: 1,
  requestHandler: {
    connectionTimeout: 500,
    requestTimeout: 1500,
    socketTimeout: 1500,
    throwOnRequestTimeout: true,
  },
};

export const dynamodbClient = () => new DynamoDBClient(clientSettings);
export const s3Client = () => new S3Client(clientSettings);
/** The queue's address is the endpoint's, or a proxy in front of the endpoint would be gone around. */
export const sqsClient = () => new SQSClient({ ...clientSettings, useQueueUrlAsEndpoint: false });
