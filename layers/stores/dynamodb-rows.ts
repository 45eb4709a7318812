import {
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandOutput,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type {
  Action,
  RecordRow,
  Row,
  RowId,
  TransactionRow,
  WriteResult,
} from '@layers/domain/redundancy/rows';
import { type Page, type PageRequest, type RowStore, StoreFailure } from '@layers/domain/redundancy/store';
import { type Attributes, toAttributes } from './attribute-values.ts';
import { cursorOf, keyOfCursor } from './cursors.ts';
import { FoundItems, type FoundRecord, foundRecords } from './found-records.ts';
import { cancellationReasons, isReadConflict, refusalsOf } from './refusals.ts';
import { planAction } from './row-actions.ts';
import { partKeysOf, toRow } from './row-items.ts';
import { storeFailure } from './store-failures.ts';
import {
  type ItemKey,
  keyBehind,
  keyOf,
  prefixKey,
  recordIdOf,
  rowKey,
  tableLayout,
} from './table-layout.ts';
import { requireItemsMax, requireLimits } from './transaction-limits.ts';

/** How often rows whose parts changed while they were looked up are read again. */
const readsMax = 8;
/** Items looked at for each record asked for: an order comes with its lines. */
const itemsPerRecord = 4;
const queryItemsMax = 1_000;

/**
 * Rows in DynamoDB, a table a group. A record may be several items (`table-layout.ts`); its header item carries the
 * version and the conditions, and a transaction writes all its items or none.
 */
export class DynamodbRows implements RowStore {
  private readonly client: DynamoDBClient;
  private readonly store: string;
  private readonly tables: Readonly<Record<string, string>>;

  /** @param tables names by group */
  constructor(client: DynamoDBClient, store: string, tables: Readonly<Record<string, string>>) {
    this.client = client;
    this.store = store;
    this.tables = tables;
  }

  async readRows(group: string, ids: readonly RowId[]): Promise<readonly (Row | undefined)[]> {
    const keys = ids.map(({ kind, id }) => rowKey(kind, id));
    let known: ItemKey[] = [];
    for (let read = 0; read < readsMax; read += 1) {
      const found = await this.getItems(group, [...keys, ...known]);
      const headers = keys.map((key) => found.get(key));
      const needed = headers.flatMap((header) => (header === undefined ? [] : partKeysOf(header)));
      if (needed.every((key) => known.some(({ pk, sk }) => pk === key.pk && sk === key.sk)))
        return headers.map((header) => this.wholeRow(header, found));
      // Never fewer than before, so that a record whose parts come and go is met in the end.
      known = [...known, ...needed];
    }
    throw new StoreFailure(this.store, 'conflict', 'none');
  }

  async writeRows(group: string, actions: readonly Action[]): Promise<WriteResult> {
    if (actions.length === 0) return { applied: true };
    const planned = actions.map((action) => planAction(this.tableOf(group), action));
    requireLimits(planned);
    const TransactItems = planned.flatMap(({ items }) => items);
    try {
      await this.client.send(new TransactWriteItemsCommand({ TransactItems }));
      return { applied: true };
    } catch (error) {
      // By name: a layer and a function may each hold a copy of the class.
      if (!(error instanceof Error) || error.name !== 'TransactionCanceledException')
        throw storeFailure(this.store, error);
      const reasons = cancellationReasons(error);
      const rowOf = async (item: Attributes, index: number) =>
        this.rowThere(group, item, actions[index] as Action);
      return { applied: false, refusals: await refusalsOf(this.store, planned, reasons, rowOf, error) };
    }
  }

  async queryRecords(group: string, prefix: string, page: PageRequest): Promise<Page<RecordRow>> {
    const position = positionIn(prefix, page.cursor);
    if (position === 'behind') return { items: [], next: undefined };
    const { pk, sk } = prefixKey(prefix);
    const answer = await this.attempt(
      this.client.send(
        new QueryCommand({
          TableName: this.tableOf(group),
          ConsistentRead: true,
          KeyConditionExpression: sk === '' ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :sk)',
          ExpressionAttributeValues: toAttributes({ ':pk': pk, ':sk': sk === '' ? undefined : sk }),
          Limit: Math.min(page.limit * itemsPerRecord, queryItemsMax),
          ExclusiveStartKey: position && toAttributes({ ...position }),
        }),
      ),
    );
    const { shown, next } = firstRecords(answer, page.limit);
    return { items: await this.wholeRecords(group, shown), next };
  }

  async scanRecords(
    group: string,
    segment: number,
    segments: number,
    page: PageRequest,
  ): Promise<Page<RecordRow>> {
    const { Items = [], LastEvaluatedKey } = await this.attempt(
      this.client.send(
        new ScanCommand({
          TableName: this.tableOf(group),
          ConsistentRead: true,
          Segment: segment,
          TotalSegments: segments,
          FilterExpression: 'kind IN (:record, :part)',
          ExpressionAttributeValues: toAttributes({ ':record': 'record', ':part': 'part' }),
          Limit: page.limit,
          ExclusiveStartKey: keyOfCursor(page.cursor),
        }),
      ),
    );
    return { items: await this.wholeRecords(group, foundRecords(Items)), next: cursorOf(LastEvaluatedKey) };
  }

  async openTransactions(
    group: string,
    committedBeforeMs: number,
    page: PageRequest,
  ): Promise<Page<TransactionRow>> {
    const { name, partitionKey, sortKey } = tableLayout.openIndex;
    const values = { ':open': name, ':before': committedBeforeMs, ':false': false };
    const { Items = [], LastEvaluatedKey } = await this.attempt(
      this.client.send(
        new QueryCommand({
          TableName: this.tableOf(group),
          IndexName: name,
          KeyConditionExpression: '#open = :open AND #at < :before',
          FilterExpression: 'mirrored = :false OR sent = :false',
          ExpressionAttributeNames: { '#open': partitionKey, '#at': sortKey },
          ExpressionAttributeValues: toAttributes(values),
          Limit: page.limit,
          ExclusiveStartKey: keyOfCursor(page.cursor),
        }),
      ),
    );
    const rows = Items.map((item) => this.wholeRow(item, new FoundItems()));
    return { items: rows.filter((row) => row?.kind === 'transaction'), next: cursorOf(LastEvaluatedKey) };
  }

  private tableOf(group: string): string {
    const table = this.tables[group];
    if (table === undefined) throw new Error(`${this.store} has no table for the group ${group}.`);
    return table;
  }

  private async attempt<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch (error) {
      throw storeFailure(this.store, error);
    }
  }

  /** All at one point in time. A key may be asked for twice. */
  private async getItems(group: string, keys: readonly ItemKey[]): Promise<FoundItems> {
    const found = new FoundItems();
    const distinct = [...new Map(keys.map((key) => [JSON.stringify([key.pk, key.sk]), key])).values()];
    if (distinct.length === 0) return found;
    requireItemsMax(distinct.length);
    const TableName = this.tableOf(group);
    const TransactItems = distinct.map((key) => ({ Get: { TableName, Key: toAttributes({ ...key }) } }));
    try {
      const { Responses = [] } = await this.client.send(new TransactGetItemsCommand({ TransactItems }));
      for (const { Item } of Responses) if (Item !== undefined) found.add(Item);
      return found;
    } catch (error) {
      if (isReadConflict(error)) throw new StoreFailure(this.store, 'conflict', 'none', { cause: error });
      throw storeFailure(this.store, error);
    }
  }

  /** A row from items that were read in one transaction. */
  private wholeRow(header: Attributes | undefined, found: FoundItems): Row | undefined {
    if (header === undefined) return undefined;
    const row = this.parsed(header, found.partsOf(header));
    if (row === undefined)
      throw new StoreFailure(this.store, 'unavailable', 'none', { cause: 'a torn record' });
    return row;
  }

  private parsed(header: Attributes, parts: readonly (Attributes | undefined)[]): Row | undefined {
    try {
      return toRow(header, parts);
    } catch (error) {
      // Items of somebody else's making: the store is not to be used.
      throw new StoreFailure(this.store, 'unavailable', 'none', { cause: error });
    }
  }

  /** Records of a page; those whose parts do not fit their header are read again, whole. */
  private async wholeRecords(group: string, found: readonly FoundRecord[]): Promise<RecordRow[]> {
    const rows = await Promise.all(
      found.map(async ({ id, header, parts }) => {
        const row = this.parsed(header, parts);
        return row ?? (await this.readRows(group, [{ kind: 'record', id }]))[0];
      }),
    );
    return rows.filter((row) => row?.kind === 'record');
  }

  /**
   * The row that refused an action. Its old image is the header alone: a row of several items is read again. Nothing was
   * written, so that a failure here has no effect either.
   */
  private async rowThere(group: string, item: Attributes, action: Action): Promise<Row | undefined> {
    if (partKeysOf(item).length === 0) return this.parsed(item, []);
    const { kind, id } = action.type === 'put' ? action.row : action.target;
    try {
      return (await this.readRows(group, [{ kind, id }]))[0];
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error;
      throw new StoreFailure(this.store, error.reason, 'none', { cause: error });
    }
  }
}

/** Where to go on after a record's id. DynamoDB refuses a position outside what is queried. */
function positionIn(prefix: string, cursor: string | undefined): ItemKey | 'behind' | undefined {
  if (cursor === undefined || cursor <= prefix) return undefined;
  return cursor.startsWith(prefix) ? keyBehind(cursor) : 'behind';
}

/** As many as were asked for, and where they end: at the last one shown, or at the last item looked at. */
function firstRecords(
  { Items = [], LastEvaluatedKey }: QueryCommandOutput,
  limit: number,
): { readonly shown: readonly FoundRecord[]; readonly next: string | undefined } {
  const records = foundRecords(Items);
  const shown = records.slice(0, limit);
  if (records.length > limit) return { shown, next: shown.at(-1)?.id };
  return { shown, next: LastEvaluatedKey && recordIdOf(keyOf(LastEvaluatedKey)) };
}
