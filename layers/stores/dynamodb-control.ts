import {
  type DynamoDBClient,
  GetItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { Control, ControlStore } from '@layers/domain/redundancy/control';
import type { LogEntry } from '@layers/domain/redundancy/log';
import { StoreFailure } from '@layers/domain/redundancy/store';
import * as z from 'zod/mini';
import { fromAttributes, type JsonObject, toAttributes } from './attribute-values.ts';
import { logItem } from './redundancy-log.ts';
import { storeFailure } from './store-failures.ts';
import { controlLayout } from './table-layout.ts';

const name = z.string().check(z.minLength(1));
const count = z.int().check(z.gte(0));

const controlSchema = z.lazy(() =>
  z.pipe(
    z.object({
      group: name,
      revision: count,
      mode: z.enum(['NORMAL', 'A_ONLY', 'CATCHUP', 'READ_ONLY', 'REBUILD', 'PROMOTING']),
      epoch: count,
      era: count,
      sourceEra: z.optional(count),
      authority: name,
      follower: z.optional(name),
      policy: z.enum(['available', 'strict']),
      incarnations: z.record(z.string(), z.string()),
      followerComplete: z.boolean(),
      forced: z.boolean(),
      changedAtMs: count,
      inForceAtMs: z.optional(count),
    }),
    z.transform(
      (control): Control => ({
        ...control,
        follower: control.follower,
        sourceEra: control.sourceEra,
        inForceAtMs: control.inForceAtMs,
      }),
    ),
  ),
);

/** The control rows, in a table of their own; each change is logged in the transaction that makes it. */
export class DynamodbControl implements ControlStore {
  private readonly client: DynamoDBClient;
  private readonly table: string;
  private readonly logTable: string;

  constructor(client: DynamoDBClient, table: string, logTable: string) {
    this.client = client;
    this.table = table;
    this.logTable = logTable;
  }

  async readControl(group: string): Promise<Control | undefined> {
    const Key = toAttributes({ [controlLayout.partitionKey]: group });
    const { Item } = await this.client
      .send(new GetItemCommand({ TableName: this.table, Key, ConsistentRead: true }))
      .catch((error: unknown) => {
        throw storeFailure('control', error);
      });
    if (Item === undefined) return undefined;
    const read = controlSchema.safeParse(fromAttributes(Item));
    if (!read.success) throw new StoreFailure('control', 'unavailable', 'none', { cause: read.error });
    return read.data;
  }

  async compareAndSet(next: Control): Promise<boolean> {
    const fields = { [controlLayout.partitionKey]: next.group, ...next } as unknown as JsonObject;
    const isFirst = next.revision === 1;
    const Put = {
      TableName: this.table,
      Item: toAttributes(fields),
      ConditionExpression: isFirst
        ? `attribute_not_exists(${controlLayout.partitionKey})`
        : 'revision = :previous',
      ...(isFirst ? {} : { ExpressionAttributeValues: toAttributes({ ':previous': next.revision - 1 }) }),
    };
    // That a change was seen is no change.
    const isChange = isFirst || next.inForceAtMs === undefined;
    const logged = { Put: { TableName: this.logTable, Item: logItem(changeOf(next), uniqueOf(next)) } };
    try {
      await this.client.send(
        new TransactWriteItemsCommand({ TransactItems: [{ Put }, ...(isChange ? [logged] : [])] }),
      );
      return true;
    } catch (error) {
      if (isOvertaken(error)) return false;
      throw storeFailure('control', error);
    }
  }
}

const uniqueOf = ({ group, revision }: Control) => `${group}#${String(revision).padStart(9, '0')}`;

function changeOf({ group, mode, epoch, era, changedAtMs, authority, follower }: Control): LogEntry {
  const followed = follower === undefined ? 'nothing follows' : `${follower} follows`;
  const detail = `${mode} in epoch ${epoch}, era ${era}: ${authority} decides, ${followed}`;
  return { atMs: changedAtMs, group, event: 'mode', detail, mode, epoch };
}

/** Somebody else changed the row, or is changing it right now: nothing was written by us. */
function isOvertaken(error: unknown): boolean {
  if (!(error instanceof TransactionCanceledException)) return false;
  const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code).filter((code) => code !== 'None');
  return (
    codes.length > 0 &&
    codes.every((code) => code === 'ConditionalCheckFailed' || code === 'TransactionConflict')
  );
}
