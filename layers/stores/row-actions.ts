import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Action, Expectation } from '@layers/domain/redundancy/rows';
import { type Attributes, bytesOf, toAttribute, toAttributes } from './attribute-values.ts';
import { secondsOf, toRowItems } from './row-items.ts';
import { type ItemKey, rowKey, tableLayout } from './table-layout.ts';

/** An action as members of a DynamoDB transaction: its header first, which carries the condition. */
export interface PlannedAction {
  readonly key: ItemKey;
  readonly items: readonly TransactWriteItem[];
  /** Of each item that is put. */
  readonly itemBytes: readonly number[];
}

/** Names and values of an expression, as they are met. */
class Placeholders {
  readonly names: Record<string, string> = {};
  readonly values: Attributes = {};

  name(attribute: string): string {
    const placeholder = `#${attribute}`;
    this.names[placeholder] = attribute;
    return placeholder;
  }

  value(value: string | number | boolean): string {
    const placeholder = `:${Object.keys(this.values).length}`;
    this.values[placeholder] = toAttribute(value);
    return placeholder;
  }

  equals(attribute: string, value: string | number | boolean): string {
    return `${this.name(attribute)} = ${this.value(value)}`;
  }

  /** DynamoDB refuses what is empty. */
  get expressionAttributes() {
    return {
      ...(Object.keys(this.names).length > 0 ? { ExpressionAttributeNames: this.names } : {}),
      ...(Object.keys(this.values).length > 0 ? { ExpressionAttributeValues: this.values } : {}),
    };
  }
}

export function planAction(TableName: string, action: Action): PlannedAction {
  if (action.type === 'put') return planPut(TableName, action);
  const { kind, id } = action.target;
  const key = rowKey(kind, id);
  const placeholders = new Placeholders();
  const ConditionExpression = conditionOf(action.expect, placeholders);
  const target = { TableName, Key: toAttributes({ ...key }) };
  if (action.type === 'check') {
    const check = { ...target, ConditionExpression, ...placeholders.expressionAttributes, ...returnsOld };
    return { key, items: [{ ConditionCheck: check }], itemBytes: [] };
  }
  const UpdateExpression = updateOf(action.set, placeholders);
  const changes = { ConditionExpression, UpdateExpression, ...placeholders.expressionAttributes };
  return { key, items: [{ Update: { ...target, ...changes, ...returnsOld } }], itemBytes: [] };
}

const returnsOld = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;

function planPut(TableName: string, { row, expect }: Extract<Action, { type: 'put' }>): PlannedAction {
  const { header, parts } = toRowItems(row);
  const placeholders = new Placeholders();
  const ConditionExpression = conditionOf(expect, placeholders);
  const condition = { ConditionExpression, ...placeholders.expressionAttributes, ...returnsOld };
  return {
    key: rowKey(row.kind, row.id),
    items: [
      { Put: { TableName, Item: header, ...condition } },
      ...parts.map((Item) => ({ Put: { TableName, Item } })),
    ],
    itemBytes: [header, ...parts].map(bytesOf),
  };
}

/** An expectation that names no attribute still expects the row to be there. */
function conditionOf(expect: Expectation, placeholders: Placeholders): string {
  const { partitionKey } = tableLayout;
  if (expect === 'absent') return `attribute_not_exists(${partitionKey})`;
  const equalities = Object.entries(expect).map(([name, value]) => placeholders.equals(name, value));
  return [`attribute_exists(${partitionKey})`, ...equalities].join(' AND ');
}

/** A transaction that is given an end is neither open nor kept any longer. */
function updateOf(
  set: Readonly<Record<string, string | number | boolean>>,
  placeholders: Placeholders,
): string {
  const assignments = Object.entries(set).map(([name, value]) => placeholders.equals(name, value));
  const { expiresAtMs } = set;
  if (typeof expiresAtMs !== 'number') return `SET ${assignments.join(', ')}`;
  assignments.push(placeholders.equals(tableLayout.timeToLive, secondsOf(expiresAtMs)));
  const open = placeholders.name(tableLayout.openIndex.partitionKey);
  return `SET ${assignments.join(', ')} REMOVE ${open}`;
}
