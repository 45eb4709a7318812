import { randomBytes } from 'node:crypto';
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

interface Found {
  readonly text: string;
  readonly traceparent: string | undefined;
}

async function documentIn(variable: string, id: string): Promise<Found | undefined> {
  const Bucket = names[variable];
  let Key: string | undefined;
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: 'shop/' }))
    Key ??= Contents.map((found) => found.Key).find((key) => key?.endsWith(`/${id}.json`));
  if (Key === undefined) return undefined;
  const { Body, Metadata } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return { text: (await Body?.transformToString()) ?? '', traceparent: Metadata?.traceparent };
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
    expect((await documentIn('S3_DOCUMENTS', key))?.text).toContain(mug.name);
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
    const traceId = randomBytes(16).toString('hex');
    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    const traced = makeClient(shop, { baseUrl: apiUrl, timeoutMs: 30_000, headers });
    const order = (await traced.placeOrder({ body: { userId, items: [{ productId, quantity: 1 }] } })).body;
    const key = `orders/${userId}/${order.id}`;
    const copy = await until(
      () => documentIn('S3_REPLICA', key),
      (found) => found !== undefined,
    );
    expect(copy?.text).toContain(order.id);
    // The request's trace went through the queue, and stands beside both documents, each under a span of its own.
    const mirrored = await documentIn('S3_DOCUMENTS', key);
    const traceparents = [mirrored?.traceparent, copy?.traceparent];
    expect(traceparents.map((one) => one?.slice(0, 35))).toEqual([`00-${traceId}`, `00-${traceId}`]);
    expect(new Set(traceparents).size).toBe(2);
  }, 90_000);
});
