import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  paginateScan,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';

const batchMax = 25;
const attemptsMax = 10;

/** Deletes every item, as if the table had been lost and made anew. @returns how many there were */
export async function wipeTable(client: DynamoDBClient, TableName: string): Promise<number> {
  let wiped = 0;
  const pages = paginateScan({ client }, { TableName, ProjectionExpression: 'pk, sk', ConsistentRead: true });
  for await (const { Items = [] } of pages) {
    const requests = Items.map(({ pk, sk }): WriteRequest => {
      if (pk === undefined || sk === undefined) throw new Error(`${TableName} is no table of a group.`);
      return { DeleteRequest: { Key: { pk, sk } } };
    });
    for (let start = 0; start < requests.length; start += batchMax)
      await deleteAll(client, TableName, requests.slice(start, start + batchMax));
    wiped += requests.length;
  }
  return wiped;
}

async function deleteAll(client: DynamoDBClient, table: string, requests: WriteRequest[]): Promise<void> {
  let left = requests;
  for (let attempt = 0; attempt < attemptsMax && left.length > 0; attempt += 1) {
    const { UnprocessedItems = {} } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [table]: left } }),
    );
    left = UnprocessedItems[table] ?? [];
  }
  if (left.length > 0) throw new Error(`${left.length} items of ${table} could not be deleted.`);
}
