/**
 * How a group is laid out in its table: infra makes the tables from this, the row store reads and writes by it.
 *
 * | row                                | pk               | sk                    |
 * | ---------------------------------- | ---------------- | --------------------- |
 * | record `orders/u1/o7`, its header  | `record#orders`  | `u1/o7`               |
 * | its lines, in order                | `record#orders`  | `u1/o7#000`, `#001` … |
 * | any other row, such as a fence     | `fence#17`       | `fence`               |
 *
 * Records of one type are one item collection, so that a prefix is one strongly consistent query in the order of ids.
 * `#` sorts before every character that an id may hold: lines stand right behind their header.
 */
export const tableLayout = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Seconds since 1970. */
  timeToLive: 'expiresAt',
  /** Sparse: only transactions that are not yet both mirrored and sent carry its partition key. */
  openIndex: { name: 'open', partitionKey: 'open', sortKey: 'committedAtMs' },
} as const;

/** The control table: one row a group, `pk` its name. */
export const controlLayout = { partitionKey: 'pk' } as const;

/** The log of what happened and was measured: events by their time, counters by their minute, last findings. */
export const logLayout = { partitionKey: 'pk', sortKey: 'sk', timeToLive: 'expiresAt' } as const;

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** Of an item; its keys are strings, or it is none of this layout. */
export function keyOf(item: Readonly<Record<string, { readonly S?: string | undefined }>>): ItemKey {
  const pk = item[tableLayout.partitionKey]?.S;
  const sk = item[tableLayout.sortKey]?.S;
  if (pk === undefined || sk === undefined) throw new Error('An item has no key of this layout.');
  return { pk, sk };
}

const separator = '#';
/** Sorts behind every line of a record and before the next record. */
const behindParts = `${separator}~`;

/** @throws Error for an id without a type or with the separator: a mistake of the caller's, not of a user's. */
export function recordKey(id: string): ItemKey {
  const slash = id.indexOf('/');
  if (slash < 1 || slash === id.length - 1 || id.includes(separator))
    throw new Error(`A record's id is <type>/<id> without ${separator}, not ${JSON.stringify(id)}.`);
  return { pk: recordPartition(id.slice(0, slash)), sk: id.slice(slash + 1) };
}

/** Where the records of a prefix `<type>/…` are. @throws Error for a prefix without a whole type. */
export function prefixKey(prefix: string): ItemKey {
  const slash = prefix.indexOf('/');
  if (slash < 1) throw new Error(`A prefix of records is <type>/…, not ${JSON.stringify(prefix)}.`);
  return { pk: recordPartition(prefix.slice(0, slash)), sk: prefix.slice(slash + 1) };
}

export function rowKey(kind: string, id: string): ItemKey {
  return kind === 'record' ? recordKey(id) : { pk: `${kind}${separator}${id}`, sk: kind };
}

export function partKey({ pk, sk }: ItemKey, index: number): ItemKey {
  return { pk, sk: `${sk}${separator}${String(index).padStart(3, '0')}` };
}

/** A position from which a query goes on with the record after this one, whether it is there or not. */
export function keyBehind(id: string): ItemKey {
  const { pk, sk } = recordKey(id);
  return { pk, sk: `${sk}${behindParts}` };
}

/** The record that an item of the record's collection belongs to: its header, or one of its parts. */
export function recordIdOf({ pk, sk }: ItemKey): string {
  const [, type = ''] = pk.split(separator);
  const [rest = ''] = sk.split(separator);
  return `${type}/${rest}`;
}

function recordPartition(type: string): string {
  return `record${separator}${type}`;
}
