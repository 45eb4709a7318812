import { Problem } from '@layers/domain/problem';
import { bucketOf, createBuckets } from '@layers/domain/redundancy/hash-buckets';
import type {
  Action,
  Expectation,
  RecordRow,
  Refusal,
  Row,
  RowId,
  RowKind,
  TransactionRow,
  WriteResult,
} from '@layers/domain/redundancy/rows';
import type { Page, PageRequest } from '@layers/domain/redundancy/store';

/** Called after a transaction was applied, with each row before and after it. */
type Watch = (actions: readonly Action[], before: readonly (Row | undefined)[]) => void;

type Table = Map<RowKind, Map<string, Row>>;

/** A change that the index of open transactions has not shown yet. */
interface Indexed {
  readonly atMs: number;
  readonly row: TransactionRow;
}

/** An index is behind its table by `lagMs` of the time that `now` tells. */
export interface IndexTime {
  readonly lagMs: number;
  now(): number;
}

/** One group's rows in one store. */
class MemoryTable {
  rows: Table = new Map();
  watch: Watch | undefined;
  private shown = new Map<string, TransactionRow>();
  private coming: Indexed[] = [];
  private readonly time: IndexTime;

  constructor(time: IndexTime) {
    this.time = time;
  }

  get(kind: RowKind, id: string): Row | undefined {
    return this.rows.get(kind)?.get(id);
  }

  private set(row: Row): void {
    let kind = this.rows.get(row.kind);
    if (kind === undefined) {
      kind = new Map();
      this.rows.set(row.kind, kind);
    }
    kind.set(row.id, row);
    if (row.kind === 'transaction') this.index(row);
  }

  private index(row: TransactionRow): void {
    if (this.time.lagMs === 0) this.shown.set(row.id, row);
    else this.coming.push({ atMs: this.time.now() + this.time.lagMs, row });
  }

  write(actions: readonly Action[]): WriteResult {
    const before: (Row | undefined)[] = [];
    let refusals: Refusal[] | undefined;
    for (let index = 0; index < actions.length; index += 1) {
      const action = actions[index] as Action;
      const { kind, id } = action.type === 'put' ? action.row : action.target;
      const row = this.get(kind, id);
      before.push(row);
      if (meets(row, action.expect)) continue;
      refusals ??= [];
      refusals.push({ index, why: 'condition', row });
    }
    if (refusals !== undefined) return { applied: false, refusals };
    for (let index = 0; index < actions.length; index += 1) {
      const action = actions[index] as Action;
      if (action.type === 'put') this.set(action.row);
      else if (action.type === 'update') this.set({ ...before[index], ...action.set } as Row);
    }
    this.watch?.(actions, before);
    return { applied: true };
  }

  records(): RecordRow[] {
    const found = [...(this.rows.get('record')?.values() ?? [])] as RecordRow[];
    return found.sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  openTransactions(committedBeforeMs: number, page: PageRequest): Page<TransactionRow> {
    while ((this.coming[0]?.atMs ?? Number.POSITIVE_INFINITY) <= this.time.now()) {
      const { row } = this.coming.shift() as Indexed;
      this.shown.set(row.id, row);
    }
    const open: TransactionRow[] = [];
    for (const [id, row] of this.shown) {
      if (row.mirrored && row.sent) this.shown.delete(id);
      else if (row.committedAtMs < committedBeforeMs) open.push(row);
    }
    open.sort((one, other) => one.committedAtMs - other.committedAtMs || (one.id < other.id ? -1 : 1));
    return pageOf(open, (row) => `${String(row.committedAtMs).padStart(16, '0')} ${row.id}`, page);
  }

  /** What a backup holds: everything, at one point in time. Rows themselves never change. */
  backup(): Table {
    return new Map([...this.rows].map(([kind, rows]) => [kind, new Map(rows)]));
  }

  restore(rows: Table): void {
    this.rows = new Map([...rows].map(([kind, each]) => [kind, new Map(each)]));
    this.coming = [];
    this.shown = new Map();
    for (const row of rows.get('transaction')?.values() ?? []) this.index(row as TransactionRow);
  }

  /** DynamoDB's time to live: later than the time named, and not what names a time long past. */
  expire(beforeMs: number): void {
    for (const kind of ['idempotency', 'transaction'] as const) {
      for (const [id, row] of this.rows.get(kind) ?? []) {
        const { expiresAtMs } = row as { expiresAtMs: number | undefined };
        if (expiresAtMs !== undefined && expiresAtMs > 0 && expiresAtMs < beforeMs) {
          this.rows.get(kind)?.delete(id);
        }
      }
    }
  }
}

export type RowsBackup = ReadonlyMap<string, Table>;

/**
 * What DynamoDB does at the moment it serves a request, as plain synchronous steps over memory, each group in a table of
 * its own. The contract suite holds it against the real one.
 */
export class MemoryRows {
  /** What it held each time that it was emptied or replaced by a backup. */
  readonly lost: RowsBackup[] = [];
  private tables = new Map<string, MemoryTable>();
  private readonly time: IndexTime;

  constructor(time: IndexTime = { lagMs: 0, now: () => 0 }) {
    this.time = time;
  }

  of(group: string): MemoryTable {
    let table = this.tables.get(group);
    if (table === undefined) {
      table = new MemoryTable(this.time);
      this.tables.set(group, table);
    }
    return table;
  }

  wipe(): void {
    this.lost.push(this.backup());
    for (const table of this.tables.values()) table.restore(new Map<RowKind, Map<string, Row>>());
  }

  backup(): RowsBackup {
    return new Map([...this.tables].map(([group, table]) => [group, table.backup()]));
  }

  restore(backup: RowsBackup): void {
    this.lost.push(this.backup());
    for (const [group, table] of this.tables)
      table.restore(backup.get(group) ?? new Map<RowKind, Map<string, Row>>());
  }

  expire(beforeMs: number): void {
    for (const table of this.tables.values()) table.expire(beforeMs);
  }

  readRows(group: string, ids: readonly RowId[]): (Row | undefined)[] {
    requireItemsMax(ids.length);
    const table = this.of(group);
    return ids.map(({ kind, id }) => table.get(kind, id));
  }

  writeRows(group: string, actions: readonly Action[]): WriteResult {
    requireLimits(actions.map((action) => (action.type === 'put' ? action.row : action.target)));
    return this.of(group).write(actions);
  }

  queryRecords(group: string, prefix: string, page: PageRequest): Page<RecordRow> {
    const records = this.of(group).records();
    return pageOf(
      records.filter((row) => row.id.startsWith(prefix)),
      (row) => row.id,
      page,
    );
  }

  scanRecords(group: string, segment: number, segments: number, page: PageRequest): Page<RecordRow> {
    const parts = createBuckets(segments);
    const records = this.of(group).records();
    return pageOf(
      segments === 1 ? records : records.filter((row) => bucketOf(parts, row.id) === segment),
      (row) => row.id,
      page,
    );
  }

  openTransactions(group: string, committedBeforeMs: number, page: PageRequest): Page<TransactionRow> {
    return this.of(group).openTransactions(committedBeforeMs, page);
  }
}

/** Of DynamoDB's transactions; the sizes of items are the adapter's to count. */
const itemsMax = 100;

function requireItemsMax(items: number): void {
  if (items > itemsMax) throw new Problem('payload-too-large', `${items} items at once`);
}

function requireLimits(rows: readonly RowId[]): void {
  requireItemsMax(rows.length);
  if (new Set(rows.map(({ kind, id }) => `${kind} ${id}`)).size === rows.length) return;
  throw new Error('A transaction names a row twice.');
}

function meets(row: Row | undefined, expect: Expectation): boolean {
  if (expect === 'absent') return row === undefined;
  if (row === undefined) return false;
  for (const name in expect) {
    if ((row as unknown as Record<string, unknown>)[name] !== expect[name]) return false;
  }
  return true;
}

/** Items after the cursor (the last key given), in the order of their keys. */
export function pageOf<Item>(
  sorted: readonly Item[],
  keyOfItem: (item: Item) => string,
  { cursor, limit }: PageRequest,
): Page<Item> {
  const rest = cursor === undefined ? sorted : sorted.filter((item) => keyOfItem(item) > cursor);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rest.length > limit && last !== undefined ? keyOfItem(last) : undefined };
}
