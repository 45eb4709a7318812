import type {
  Action,
  Expectation,
  RecordRow,
  Refusal,
  Row,
  RowId,
  TransactionRow,
  WriteResult,
} from '@layers/domain/redundancy/rows';
import type { Page, PageRequest } from '@layers/domain/redundancy/store';

/** Called after a transaction was applied, with each row before and after it. */
export type Watch = (actions: readonly Action[], before: readonly (Row | undefined)[]) => void;

/**
 * What DynamoDB does at the moment it serves a request, as plain synchronous steps over memory: one table, one group.
 * The contract suite holds it against the real one.
 */
export class MemoryRows {
  rows = new Map<string, Row>();
  watch: Watch | undefined;

  wipe(): void {
    this.rows = new Map();
  }

  readRows(ids: readonly RowId[]): (Row | undefined)[] {
    return ids.map(({ kind, id }) => this.rows.get(`${kind} ${id}`));
  }

  writeRows(actions: readonly Action[]): WriteResult {
    const before = actions.map((action) => this.rows.get(keyOf(action)));
    const refusals: Refusal[] = [];
    for (const [index, action] of actions.entries()) {
      const row = before[index];
      if (!meets(row, action.expect)) refusals.push({ index, why: 'condition', row });
    }
    if (refusals.length > 0) return { applied: false, refusals };
    for (const [index, action] of actions.entries()) {
      if (action.type === 'put') this.rows.set(keyOf(action), action.row);
      else if (action.type === 'update')
        this.rows.set(keyOf(action), { ...before[index], ...action.set } as Row);
    }
    this.watch?.(actions, before);
    return { applied: true };
  }

  records(): RecordRow[] {
    const found: RecordRow[] = [];
    for (const row of this.rows.values()) if (row.kind === 'record') found.push(row);
    return found.sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  queryRecords(prefix: string, page: PageRequest): Page<RecordRow> {
    return pageOf(
      this.records().filter((row) => row.id.startsWith(prefix)),
      (row) => row.id,
      page,
    );
  }

  openTransactions(committedBeforeMs: number, page: PageRequest): Page<TransactionRow> {
    const open: TransactionRow[] = [];
    for (const row of this.rows.values()) {
      if (row.kind !== 'transaction' || (row.mirrored && row.sent)) continue;
      if (row.committedAtMs < committedBeforeMs) open.push(row);
    }
    open.sort((one, other) => one.committedAtMs - other.committedAtMs || (one.id < other.id ? -1 : 1));
    return pageOf(open, (row) => `${String(row.committedAtMs).padStart(16, '0')} ${row.id}`, page);
  }
}

function keyOf(action: Action): string {
  const target = action.type === 'put' ? action.row : action.target;
  return `${target.kind} ${target.id}`;
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
