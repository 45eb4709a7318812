import { afterAll } from '@jest/globals';
import { dynamodbClient } from '@layers/stores/clients';
import { DynamodbRows } from '@layers/stores/dynamodb-rows';
import { makeTable, removeTables } from './dynamodb-tables.ts';
import { describeRowStore } from './row-store.suite.ts';

const client = dynamodbClient();
const tables: string[] = [];

afterAll(async () => removeTables(client, tables));

describeRowStore('DynamoDB', async () => {
  const table = await makeTable(client);
  tables.push(table);
  return new DynamodbRows(client, 'dynamodb-primary', { shop: table });
});
