import '@layers/contract/english';
import {
  type Group,
  groups,
  groupsWith,
  type ShopFollower,
  shopFollowers,
} from '@layers/domain/redundancy/groups';

import * as z from 'zod/mini';
import { type ConsensusSettings, parseConsensusSettings } from './consensus-settings.ts';

import {
  type EdgeSettings,
  type OutboundSettings,
  parseEdgeSettings,
  parseOutboundSettings,
} from './edge-settings.ts';
import { parsedOnce } from './parsed-once.ts';
import { parseStakingSettings, type StakingSettings } from './staking-settings.ts';

/** A variable that infra sets for every function, and what it names. */
export type StateVariable =
  | { readonly variable: string; readonly kind: 'table'; readonly store: string; readonly group: string }
  | { readonly variable: string; readonly kind: 'bucket'; readonly store: string }
  | { readonly variable: string; readonly kind: 'control' | 'log' | QueueKind };

/** The changes, those that were given up, and what wakes the prober. */
type QueueKind = 'queue' | 'dead-letters' | 'wake';
const queueKinds: readonly string[] = ['queue', 'dead-letters', 'wake'] satisfies QueueKind[];

const controlVariable = 'CONTROL_TABLE';
const logVariable = 'REDUNDANCY_LOG_TABLE';
const queueVariable = 'CHANGE_QUEUE_URL';
const deadLettersVariable = 'DEAD_LETTER_QUEUE_URL';
const wakeVariable = 'WAKE_QUEUE_URL';
/** Which way of keeping the shop this deployment chose. */
export const shopFollowerVariable = 'SHOP_FOLLOWER';

/**
 * Everything that the groups keep their records in: a table for each group in each row store (so that one can be lost
 * alone), a bucket for each document store, the control table, the log of what happened, the queue of changes with its
 * dead letters, and the one that wakes the prober. Infra makes exactly these, whichever way the shop is kept.
 */
export const stateVariables: readonly StateVariable[] = [
  ...groups.flatMap(({ name, authority, follower, replicas }) => {
    const copies = [follower, ...replicas].filter((copy) => copy?.structure === 'rows');
    const stores = new Set([authority, ...copies.map((copy) => copy?.store ?? authority)]);
    return [...stores].map((store) => ({
      variable: variableOf(store, name),
      kind: 'table' as const,
      store,
      group: name,
    }));
  }),
  ...[...new Set(groups.flatMap(documentStoresOf))].map((store) => ({
    variable: variableOf(store),
    kind: 'bucket' as const,
    store,
  })),
  { variable: controlVariable, kind: 'control' },
  { variable: logVariable, kind: 'log' },
  { variable: queueVariable, kind: 'queue' },
  { variable: deadLettersVariable, kind: 'dead-letters' },
  { variable: wakeVariable, kind: 'wake' },
];

function documentStoresOf({ follower, replicas }: (typeof groups)[number]): string[] {
  return [follower, ...replicas].flatMap((copy) => (copy?.structure === 'documents' ? [copy.store] : []));
}

/** `dynamodb-primary`, `shop` → `DYNAMODB_PRIMARY_SHOP`. */
function variableOf(...names: readonly string[]): string {
  return names.join('_').toUpperCase().replaceAll('-', '_');
}

const environmentSchema = () => {
  const [name, address] = [z.string().check(z.minLength(1), z.maxLength(255)), z.url()];
  return z.object(
    Object.fromEntries(
      stateVariables.map(
        ({ variable, kind }) => [variable, queueKinds.includes(kind) ? address : name] as const,
      ),
    ),
  );
};

const shopFollower = () =>
  z._default(z.enum(shopFollowers as readonly [ShopFollower, ...ShopFollower[]]), 'documents');

/** The names behind the variables. */
export interface StateNames {
  /** By store, then by group. */
  readonly tables: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By store. */
  readonly buckets: Readonly<Record<string, string>>;
  readonly controlTable: string;
  readonly logTable: string;
  readonly changeQueueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly wakeQueueUrl: string;
  /** As this deployment keeps them. */
  readonly groups: readonly Group[];
}

/**
 * The only reader of `process.env` in functions and layers; called once, at cold start.
 * @throws ZodError naming every variable that is missing or wrong.
 */
export function readEnvironment(): StateNames {
  const values = environmentSchema().parse(process.env, parsedOnce);
  const tables: Record<string, Record<string, string>> = {};
  const buckets: Record<string, string> = {};
  for (const each of stateVariables) {
    const value = values[each.variable] ?? '';
    if (each.kind === 'table') tables[each.store] = { ...tables[each.store], [each.group]: value };
    if (each.kind === 'bucket') buckets[each.store] = value;
  }
  return {
    tables,
    buckets,
    controlTable: values[controlVariable] ?? '',
    logTable: values[logVariable] ?? '',
    changeQueueUrl: values[queueVariable] ?? '',
    deadLetterQueueUrl: values[deadLettersVariable] ?? '',
    wakeQueueUrl: values[wakeVariable] ?? '',
    groups: groupsWith(shopFollower().parse(process.env[shopFollowerVariable], parsedOnce)),
  };
}

/** As `readEnvironment`, of the functions at the edge. */
export function readEdgeSettings(): EdgeSettings {
  return parseEdgeSettings(process.env);
}

/** As `readEnvironment`, of the functions that call others' servers. */
export function readOutboundSettings(): OutboundSettings {
  return parseOutboundSettings(process.env);
}

/** As `readEnvironment`, of the consensus. */
export function readConsensusSettings(): ConsensusSettings {
  return parseConsensusSettings(process.env);
}

/** As `readEnvironment`, of the stakes. */
export function readStakingSettings(): StakingSettings {
  return parseStakingSettings(process.env);
}
