import { GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { makeClient } from '@layers/contract/client';
import { shop } from '@layers/contract/shop';
import { DynamodbRows } from '@layers/stores/dynamodb-rows';
import { functionVariables } from '../../infra/servers/function-variables.ts';
import { apiUrl, dynamo, endpoint, s3 } from '../setup/stack.ts';

const client = makeClient(shop, { baseUrl: apiUrl, timeoutMs: 30_000 });
const mug = { name: 'Copied mug', priceMinor: 1250, currency: 'EUR', category: 'copied', stock: 5 };
let names: Record<string, string>;

beforeAll(async () => {
  names = await functionVariables(endpoint, 'tandem-shop');
});

/** The image of a record in a table, if it is there. */
async function imageIn(variable: string, id: string): Promise<string | undefined> {
  const rows = new DynamodbRows(dynamo, variable, { shop: names[variable] ?? '' });
  const [row] = await rows.readRows('shop', [{ kind: 'record', id }]);
  return row?.kind === 'record' && !row.deleted ? row.image : undefined;
}

async function documentIn(variable: string, id: string): Promise<string | undefined> {
  const Bucket = names[variable];
  let Key: string | undefined;
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: 'shop/' }))
    Key ??= Contents.map((found) => found.Key).find((key) => key?.endsWith(`/${id}.json`));
  if (Key === undefined) return undefined;
  return (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
}

async function until<T>(read: () => Promise<T>, isWanted: (value: T) => boolean): Promise<T> {
  const giveUpAt = Date.now() + 30_000;
  for (;;) {
    const value = await read();
    if (isWanted(value) || Date.now() > giveUpAt) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('what is sold is kept twice at once, and copied soon', () => {
  test('a product is in the table and in the bucket when it is answered, and soon in the replica', async () => {
    const { id } = (await client.createProduct({ body: mug })).body;
    const key = `products/${id}`;
    const image = await imageIn('DYNAMODB_PRIMARY_SHOP', key);
    expect(JSON.parse(image ?? '{}')).toMatchObject({ id, name: mug.name, priceMinor: 1250 });
    expect(await documentIn('S3_DOCUMENTS', key)).toContain(mug.name);
    expect(
      await until(
        () => imageIn('DYNAMODB_SECONDARY_SHOP', key),
        (found) => found !== undefined,
      ),
    ).toBe(image);
    await client.deleteProduct({ path: { id } });
    expect(
      await until(
        () => imageIn('DYNAMODB_SECONDARY_SHOP', key),
        (found) => found === undefined,
      ),
    ).toBeUndefined();
  }, 90_000);

  test('an order is a document of the second bucket soon', async () => {
    const { id: productId } = (await client.createProduct({ body: mug })).body;
    const userId = `copied-${Date.now()}`;
    const order = (await client.placeOrder({ body: { userId, items: [{ productId, quantity: 1 }] } })).body;
    const key = `orders/${userId}/${order.id}`;
    expect(
      await until(
        () => documentIn('S3_REPLICA', key),
        (found) => found !== undefined,
      ),
    ).toContain(order.id);
  }, 90_000);
});
