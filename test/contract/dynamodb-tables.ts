import { randomUUID } from 'node:crypto';
import {
  BillingMode,
  CreateTableCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  ProjectionType,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { controlLayout, tableLayout } from '@layers/stores/table-layout';

/** Makes a table as infra makes those of the groups. @returns its name, which no other run uses. */
export async function makeTable(client: DynamoDBClient): Promise<string> {
  const { partitionKey, sortKey, openIndex } = tableLayout;
  const TableName = `contract-${randomUUID()}`;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: BillingMode.PAY_PER_REQUEST,
      AttributeDefinitions: [
        { AttributeName: partitionKey, AttributeType: 'S' },
        { AttributeName: sortKey, AttributeType: 'S' },
        { AttributeName: openIndex.partitionKey, AttributeType: 'S' },
        { AttributeName: openIndex.sortKey, AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: partitionKey, KeyType: 'HASH' },
        { AttributeName: sortKey, KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: openIndex.name,
          KeySchema: [
            { AttributeName: openIndex.partitionKey, KeyType: 'HASH' },
            { AttributeName: openIndex.sortKey, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: ProjectionType.ALL },
        },
      ],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 1, maxDelay: 1 }, { TableName });
  return TableName;
}

export async function makeControlTable(client: DynamoDBClient): Promise<string> {
  const TableName = `contract-control-${randomUUID()}`;
  const AttributeName = controlLayout.partitionKey;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: BillingMode.PAY_PER_REQUEST,
      AttributeDefinitions: [{ AttributeName, AttributeType: 'S' }],
      KeySchema: [{ AttributeName, KeyType: 'HASH' }],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 1, maxDelay: 1 }, { TableName });
  return TableName;
}

export async function removeTables(client: DynamoDBClient, names: readonly string[]): Promise<void> {
  for (const TableName of names) await client.send(new DeleteTableCommand({ TableName }));
}
