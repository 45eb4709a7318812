/**
 * Requests for items of a table, which DynamoDB Local can be asked itself. LocalStack keeps nothing about items: it hands
 * such a request on as it came, and its one interpreter, which everything else waits for too, takes several times as
 * long for that as DynamoDB Local does for the answer.
 */

/** The account that every local request is made in. */
const account = '000000000000';
const api = 'DynamoDB_20120810.';
const operations = new Set([
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'Query',
  'Scan',
  'BatchGetItem',
  'BatchWriteItem',
  'TransactGetItems',
  'TransactWriteItems',
]);

/** Whether a request with this `X-Amz-Target` asks for items, and not about tables. */
export function asksForItems(target) {
  return typeof target === 'string' && target.startsWith(api) && operations.has(target.slice(api.length));
}

/**
 * The `Authorization` with which LocalStack would hand the request on: DynamoDB Local keeps tables apart by the access
 * key, and LocalStack names account and region in it (localstack.services.dynamodb.utils.get_ddb_access_key).
 */
export function authorizationForItems(authorization) {
  return String(authorization).replace(
    /Credential=[^/]+\/(\d+)\/([^/]+)\//,
    (_, day, region) => `Credential=${account}${region.replaceAll('-', '')}/${day}/${region}/`,
  );
}
