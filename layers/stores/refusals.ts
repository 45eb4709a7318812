import type { CancellationReason } from '@aws-sdk/client-dynamodb';
import type { Refusal, Row } from '@layers/domain/redundancy/rows';
import { StoreFailure } from '@layers/domain/redundancy/store';
import type { Attributes } from './attribute-values.ts';
import type { PlannedAction } from './row-actions.ts';

const whys: Readonly<Record<string, Refusal['why']>> = {
  ConditionalCheckFailed: 'condition',
  TransactionConflict: 'conflict',
};

/**
 * A cancelled transaction's reasons, one an item in the items' order, as refusals, one an action that failed. Nothing
 * was written and never will be.
 * @param rowOf the row that an action's old image belongs to
 * @throws StoreFailure with effect `none` where an item was throttled or found invalid.
 */
export async function refusalsOf(
  store: string,
  planned: readonly PlannedAction[],
  reasons: readonly CancellationReason[],
  rowOf: (item: Attributes, index: number) => Promise<Row | undefined>,
  cause: unknown,
): Promise<Refusal[]> {
  const refused: { index: number; reason: CancellationReason; why: Refusal['why'] }[] = [];
  let start = 0;
  for (const [index, { items }] of planned.entries()) {
    const reason = reasons.slice(start, start + items.length).find(isReason);
    start += items.length;
    if (reason === undefined) continue;
    const why = whys[reason.Code ?? ''];
    if (why === undefined) throw new StoreFailure(store, 'unavailable', 'none', { cause });
    refused.push({ index, reason, why });
  }
  if (refused.length === 0) throw new StoreFailure(store, 'unavailable', 'none', { cause });
  return Promise.all(
    refused.map(async ({ index, reason, why }): Promise<Refusal> => {
      const { Item } = reason;
      if (why === 'conflict' || Item === undefined) return { index, why, row: undefined };
      return { index, why, row: await rowOf(Item, index) };
    }),
  );
}

function isReason({ Code }: CancellationReason): boolean {
  return Code !== undefined && Code !== 'None';
}

/** One an item of the transaction that failed; none for any other failure. */
export function cancellationReasons(error: unknown): readonly CancellationReason[] {
  return (error as { CancellationReasons?: readonly CancellationReason[] }).CancellationReasons ?? [];
}

/** A read that met a running transaction did nothing and may be repeated. */
export function isReadConflict(error: unknown): boolean {
  return cancellationReasons(error).some(({ Code }) => Code === 'TransactionConflict');
}
