import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Control, ControlStore } from '@layers/domain/redundancy/control';
import { StoreFailure } from '@layers/domain/redundancy/store';
import * as z from 'zod';
import { fromAttributes, type JsonObject, toAttributes } from './attribute-values.ts';
import { storeFailure } from './store-failures.ts';
import { controlLayout } from './table-layout.ts';

const name = z.string().min(1);
const count = z.int().min(0);

const controlSchema = z
  .object({
    group: name,
    revision: count,
    mode: z.enum(['NORMAL', 'A_ONLY', 'CATCHUP', 'READ_ONLY', 'REBUILD', 'PROMOTING']),
    epoch: count,
    era: count,
    sourceEra: count.optional(),
    authority: name,
    follower: name.optional(),
    policy: z.enum(['available', 'strict']),
    incarnations: z.record(z.string(), z.string()),
    followerComplete: z.boolean(),
    forced: z.boolean(),
    changedAtMs: count,
  })
  .transform(
    (control): Control => ({
      ...control,
      follower: control.follower,
      sourceEra: control.sourceEra,
    }),
  );

/** The control rows, in a table of their own. */
export class DynamodbControl implements ControlStore {
  private readonly client: DynamoDBClient;
  private readonly table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.client = client;
    this.table = table;
  }

  async readControl(group: string): Promise<Control | undefined> {
    const Key = toAttributes({ [controlLayout.partitionKey]: group });
    try {
      const { Item } = await this.client.send(
        new GetItemCommand({ TableName: this.table, Key, ConsistentRead: true }),
      );
      return Item === undefined ? undefined : controlSchema.parse(fromAttributes(Item));
    } catch (error) {
      if (error instanceof z.ZodError)
        throw new StoreFailure('control', 'unavailable', 'none', { cause: error });
      throw storeFailure('control', error);
    }
  }

  async compareAndSet(next: Control): Promise<boolean> {
    const fields = { [controlLayout.partitionKey]: next.group, ...next } as unknown as JsonObject;
    const isFirst = next.revision === 1;
    try {
      await this.client.send(
        new PutItemCommand({
          TableName: this.table,
          Item: toAttributes(fields),
          ConditionExpression: isFirst
            ? `attribute_not_exists(${controlLayout.partitionKey})`
            : 'revision = :previous',
          ...(isFirst ? {} : { ExpressionAttributeValues: toAttributes({ ':previous': next.revision - 1 }) }),
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
      throw storeFailure('control', error);
    }
  }
}
