import { type Items, toDocument, toItems } from '@layers/domain/record-mapping';
import { mappingOf } from '@layers/domain/record-mappings';
import type { DivergenceRow, RecordRow, Row } from '@layers/domain/redundancy/rows';
import * as z from 'zod/mini';
import {
  type Attributes,
  bytesOf,
  fromAttributes,
  isNative,
  type Json,
  type JsonObject,
  toAttributes,
} from './attribute-values.ts';
import { divergenceItem, partItem, plainItems, recordItem } from './row-schemas.ts';
import { type ItemKey, keyOf, partKey, rowKey, tableLayout } from './table-layout.ts';
import { keyedWriteSchema, versionSchema } from './version-schema.ts';

/** A row as the items that hold it: the header has its conditions and attributes, the parts are written beside it. */
export interface RowItems {
  readonly header: Attributes;
  readonly parts: readonly Attributes[];
}

/** DynamoDB takes 409,600 bytes an item; the rest is for what the estimate may miss. */
const itemBytesMax = 390_000;
/** UTF-16 units of a chunk: at most three bytes each. */
const chunkLengthMax = 120_000;

const chunkedBody = z.lazy(() => z.tuple([z.string(), z.array(keyedWriteSchema)]));

export function toRowItems(row: Row): RowItems {
  if (row.kind === 'record') return recordItems(row);
  if (row.kind === 'divergence') return divergenceItems(row);
  const header = { ...rowKey(row.kind, row.id), ...row, ...derivedAttributes(row) };
  return { header: toAttributes(header), parts: [] };
}

/** What the table's own features read: time to live, and the sparse index of open transactions. */
function derivedAttributes(row: Row): Record<string, Json | undefined> {
  if (row.kind === 'idempotency') return { [tableLayout.timeToLive]: secondsOf(row.expiresAtMs) };
  if (row.kind !== 'transaction') return {};
  if (row.expiresAtMs !== undefined) return { [tableLayout.timeToLive]: secondsOf(row.expiresAtMs) };
  return row.mirrored && row.sent ? {} : { [tableLayout.openIndex.partitionKey]: tableLayout.openIndex.name };
}

export function secondsOf(ms: number): number {
  return Math.ceil(ms / 1_000);
}

function recordItems(row: RecordRow): RowItems {
  const native = nativeItems(row);
  if (native !== undefined && fits(native)) return native;
  const plain = textItems(row);
  return row.image.isWellFormed() && fits(plain) ? plain : chunkedItems(row);
}

function fits({ header, parts }: RowItems): boolean {
  return [header, ...parts].every((item) => bytesOf(item) <= itemBytesMax);
}

/** What every record's header holds, however the image is stored. */
function versionAttributes(row: RecordRow): Record<string, unknown> {
  const { keyedWrites } = row;
  const kept = keyedWrites.length > 0 ? keyedWrites : undefined;
  return { ...rowKey('record', row.id), ...row, image: undefined, keyedWrites: kept };
}

/** The entity as DynamoDB's own maps, lists and numbers, a line an item. */
function nativeItems(row: RecordRow): RowItems | undefined {
  const items = toItems(row.image, mappingOf(row.id));
  if (items === undefined || !isNative([items.header, items.lines ?? []] as Json)) return undefined;
  const entity = { entity: items.header, linesCount: items.lines?.length };
  return {
    header: jsonAttributes({ ...versionAttributes(row), ...entity }),
    parts: partItems(rowKey('record', row.id), row.op, items.lines ?? []),
  };
}

function textItems(row: RecordRow): RowItems {
  const text = row.image === '' ? undefined : row.image;
  return { header: jsonAttributes({ ...versionAttributes(row), text }), parts: [] };
}

/** For what no item holds: too large as maps, or too many answers kept beside it. */
function chunkedItems(row: RecordRow): RowItems {
  const chunks = chunksOf(JSON.stringify([row.image, row.keyedWrites]));
  const body = { keyedWrites: undefined, chunksCount: chunks.length };
  return {
    header: jsonAttributes({ ...versionAttributes(row), ...body }),
    parts: partItems(rowKey('record', row.id), row.op, chunks),
  };
}

function divergenceItems({ records, ...row }: DivergenceRow): RowItems {
  const key = rowKey(row.kind, row.id);
  const chunks = chunksOf(JSON.stringify(records));
  const header = jsonAttributes({ ...key, ...row, chunksCount: chunks.length });
  return { header, parts: partItems(key, String(row.foundAtMs), chunks) };
}

function partItems(key: ItemKey, stamp: string, values: readonly unknown[]): Attributes[] {
  return values.map((value, index) => jsonAttributes({ ...partKey(key, index), kind: 'part', stamp, value }));
}

/** Everything here is JSON already; the types of rows only do not say so. */
function jsonAttributes(value: Readonly<Record<string, unknown>>): Attributes {
  return toAttributes(value as JsonObject);
}

/** Never between the halves of a surrogate pair, or neither chunk could be stored. */
function chunksOf(text: string): string[] {
  const chunks: string[] = [];
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + chunkLengthMax, text.length);
    if (end < text.length && !text.slice(start, end).isWellFormed()) end -= 1;
    chunks.push(text.slice(start, end));
    start = end;
  }
  return chunks;
}

/** The keys of the items that a header says its row has beside it. */
export function partKeysOf(header: Attributes): ItemKey[] {
  const count = Number(header.linesCount?.N ?? header.chunksCount?.N ?? 0);
  return Array.from({ length: count }, (_, index) => partKey(keyOf(header), index));
}

/**
 * A row from its items. `undefined` if the parts are not those of this header: read without a transaction, they may be
 * of the version before or after.
 * @throws Error for items that this project did not write.
 */
export function toRow(header: Attributes, parts: readonly (Attributes | undefined)[]): Row | undefined {
  const fields = fromAttributes(header);
  const { kind } = fields;
  if (kind !== 'record' && kind !== 'divergence') return plainItems.parse(fields);
  const values = partValues(parts, kind === 'record' ? fields.op : String(header.foundAtMs?.N));
  if (values === undefined) return undefined;
  return kind === 'record' ? toRecordRow(fields, values) : toDivergenceRow(fields, values);
}

function partValues(items: readonly (Attributes | undefined)[], stamp: unknown): unknown[] | undefined {
  const values: unknown[] = [];
  for (const item of items) {
    const part = item === undefined ? undefined : partItem.parse(fromAttributes(item));
    if (part === undefined || part.stamp !== stamp) return undefined;
    values.push(part.value);
  }
  return values;
}

function toRecordRow(fields: JsonObject, values: readonly unknown[]): RecordRow {
  const { entity, linesCount, text, chunksCount, ...version } = recordItem.parse(fields);
  const row = { ...version, prevOp: version.prevOp };
  if (chunksCount !== undefined) {
    const [image, keyedWrites] = chunkedBody.parse(JSON.parse(values.join('')));
    return { ...row, image, keyedWrites };
  }
  if (entity === undefined) return { ...row, image: text ?? '' };
  const items: Items = { header: entity, lines: linesCount === undefined ? undefined : values };
  return { ...row, image: toDocument(items, mappingOf(row.id)) };
}

function toDivergenceRow(fields: JsonObject, values: readonly unknown[]): DivergenceRow {
  const { kind, id, store, foundAtMs } = divergenceItem.parse(fields);
  return { kind, id, store, foundAtMs, records: z.array(versionSchema).parse(JSON.parse(values.join(''))) };
}
