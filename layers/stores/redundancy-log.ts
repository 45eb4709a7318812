import {
  BatchGetItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  type QueryCommandOutput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { LagCounts } from '@layers/domain/redundancy/lag';
import type { DiffRecord, DrillRecord, LogEntry, RedundancyLog } from '@layers/domain/redundancy/log';
import * as z from 'zod/mini';
import { type Attributes, fromAttributes, type JsonObject, toAttributes } from './attribute-values.ts';
import { storeFailure } from './store-failures.ts';
import { logLayout } from './table-layout.ts';

const store = 'log';
const count = z.int().check(z.gte(0));
const keptMs = { entry: 30 * 24 * 60 * 60_000, lag: 60 * 60_000 };
const minuteMs = 60_000;
/** Attributes of a minute's counters: this and the number of the bucket. */
const bucketPrefix = 'b';

const entrySchema = z.lazy(() =>
  z.object({
    atMs: count,
    group: z.string(),
    event: z.string(),
    detail: z.string(),
    mode: z.optional(z.string()),
    epoch: z.optional(count),
  }),
);

const diffSchema = z.lazy(
  () =>
    z.object({
      atMs: count,
      compared: count,
      differing: count,
      behind: count,
      repaired: count,
      ids: z.array(z.string()),
    }) satisfies z.core.$ZodType<DiffRecord>,
);

const drillSchema = z.lazy(() =>
  z.object({
    atMs: count,
    drill: z.string(),
    lostSyncedWrites: count,
    rpoWrites: count,
    rpoMs: z.number().check(z.gte(0)),
    rtoMs: z.optional(z.number().check(z.gte(0))),
    detectedMs: z.optional(z.number().check(z.gte(0))),
  }),
);

const key = (pk: string, sk: string) => ({ [logLayout.partitionKey]: pk, [logLayout.sortKey]: sk });
const events = 'events';
const last = 'last';
const diffKey = (group: string, copy: string) => key(`diff#${group}#${copy}`, last);
const drillKey = (group: string) => key(`drill#${group}`, last);
const lagPartition = (group: string, copy: string) => `lag#${group}#${copy}`;
const inSeconds = (ms: number) => Math.ceil(ms / 1000);

/** An event as an item: also written beside the control row, in the transaction that changes it. */
export function logItem(entry: LogEntry, unique: string): Attributes {
  const { atMs } = entry;
  const sortKey = `${new Date(atMs).toISOString()}#${unique}`;
  const expires = { [logLayout.timeToLive]: inSeconds(atMs + keptMs.entry) };
  return toAttributes({ ...key(events, sortKey), ...entry, ...expires });
}

/** What happened and what was measured, in a table of its own in the third place. */
export class DynamodbRedundancyLog implements RedundancyLog {
  private readonly client: DynamoDBClient;
  private readonly table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.client = client;
    this.table = table;
  }

  async addEntry(entry: LogEntry, unique: string): Promise<void> {
    await this.put(logItem(entry, unique));
  }

  async listEntries(group: string | undefined, limit: number): Promise<readonly LogEntry[]> {
    const found: LogEntry[] = [];
    let ExclusiveStartKey: Attributes | undefined;
    do {
      const page: QueryCommandOutput = await this.query({
        ExpressionAttributeValues: toAttributes({ ':pk': events }),
        KeyConditionExpression: 'pk = :pk',
        ScanIndexForward: false,
        Limit: limit,
        ExclusiveStartKey,
      });
      for (const item of page.Items ?? []) {
        const { mode, epoch, ...entry } = entrySchema.parse(fromAttributes(item));
        if (group === undefined || entry.group === group) found.push({ ...entry, mode, epoch });
      }
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined && found.length < limit);
    return found.slice(0, limit);
  }

  async countLag(group: string, copy: string, atMs: number, counts: LagCounts): Promise<void> {
    const buckets = [...counts];
    const names = buckets.map(
      ([bucket]) => [`#${bucketPrefix}${bucket}`, `${bucketPrefix}${bucket}`] as const,
    );
    const added = buckets.map(([bucket]) => `#${bucketPrefix}${bucket} :${bucketPrefix}${bucket}`);
    const values = buckets.map(([bucket, times]) => [`:${bucketPrefix}${bucket}`, times] as const);
    const minute = new Date(atMs - (atMs % minuteMs)).toISOString();
    await this.sent(
      new UpdateItemCommand({
        TableName: this.table,
        Key: toAttributes(key(lagPartition(group, copy), minute)),
        UpdateExpression: `ADD ${added.join(', ')} SET #expires = :expires`,
        ExpressionAttributeNames: { ...Object.fromEntries(names), '#expires': logLayout.timeToLive },
        ExpressionAttributeValues: toAttributes({
          ...Object.fromEntries(values),
          ':expires': inSeconds(atMs + keptMs.lag),
        }),
      }),
    );
  }

  async readLag(group: string, copy: string, sinceMs: number): Promise<ReadonlyMap<number, LagCounts>> {
    const { Items = [] } = await this.query({
      KeyConditionExpression: 'pk = :pk AND sk >= :since',
      ExpressionAttributeValues: toAttributes({
        ':pk': lagPartition(group, copy),
        ':since': new Date(sinceMs - (sinceMs % minuteMs)).toISOString(),
      }),
    });
    return new Map(
      Items.map((item) => [Date.parse(item[logLayout.sortKey]?.S ?? ''), countsOf(fromAttributes(item))]),
    );
  }

  async keepDiff(group: string, copy: string, diff: DiffRecord): Promise<void> {
    await this.put(toAttributes({ ...diffKey(group, copy), ...diff, ids: [...diff.ids] }));
  }

  async keepDrill(group: string, drill: DrillRecord): Promise<void> {
    await this.put(toAttributes({ ...drillKey(group), ...drill }));
  }

  async readLast(copiesOf: ReadonlyMap<string, readonly string[]>) {
    const diffs = [...copiesOf].flatMap(([group, copies]) => copies.map((copy) => diffKey(group, copy)));
    const keys = [...diffs, ...[...copiesOf.keys()].map(drillKey)];
    const items = await this.batchGet(keys);
    const at = (wanted: Readonly<Record<string, string>>) => {
      const item = items.find(({ pk }) => pk?.S === wanted.pk);
      return item === undefined ? undefined : fromAttributes(item);
    };
    return {
      diff: (group: string, copy: string) => z.optional(diffSchema).parse(at(diffKey(group, copy))),
      drill: (group: string): DrillRecord | undefined => {
        const found = z.optional(drillSchema).parse(at(drillKey(group)));
        return found === undefined
          ? undefined
          : { ...found, rtoMs: found.rtoMs, detectedMs: found.detectedMs };
      },
    };
  }

  private async batchGet(keys: readonly Readonly<Record<string, string>>[]): Promise<Attributes[]> {
    const Keys = keys.map((wanted) => toAttributes(wanted));
    const command = new BatchGetItemCommand({ RequestItems: { [this.table]: { Keys } } });
    try {
      return (await this.client.send(command)).Responses?.[this.table] ?? [];
    } catch (error) {
      throw storeFailure(store, error);
    }
  }

  private async put(Item: Attributes): Promise<void> {
    await this.sent(new PutItemCommand({ TableName: this.table, Item }));
  }

  private async query(input: Omit<ConstructorParameters<typeof QueryCommand>[0], 'TableName'>) {
    try {
      return await this.client.send(new QueryCommand({ TableName: this.table, ...input }));
    } catch (error) {
      throw storeFailure(store, error);
    }
  }

  private async sent(command: PutItemCommand | UpdateItemCommand): Promise<void> {
    try {
      // Each of the two is a command of this client: its overloads only do not say so of both at once.
      await this.client.send(command as PutItemCommand);
    } catch (error) {
      throw storeFailure(store, error);
    }
  }
}

function countsOf(item: JsonObject): LagCounts {
  const counters = Object.entries(item).filter(([name]) => /^b\d+$/.test(name));
  return new Map(counters.map(([name, times]) => [Number(name.slice(bucketPrefix.length)), Number(times)]));
}
