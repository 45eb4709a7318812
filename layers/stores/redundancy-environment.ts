import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment, RedundancyEvent } from '@layers/domain/redundancy/environment';
import type { Group } from '@layers/domain/redundancy/groups';
import { defaultSettings } from '@layers/domain/redundancy/settings';
import { dynamodbClient, s3Client, sqsClient } from './clients.ts';
import { DynamodbControl } from './dynamodb-control.ts';
import { DynamodbRows } from './dynamodb-rows.ts';
import type { StateNames } from './environment.ts';
import { S3Documents } from './s3-documents.ts';
import { SqsChanges } from './sqs-changes.ts';
import type { ReadTrace } from './trace.ts';
import { WakingControl } from './waking-control.ts';

/** With the groups as the deployment keeps them. */
export type DeployedEnvironment = Environment & { readonly groups: readonly Group[] };

/**
 * What the redundancy protocol works with in a Lambda: real stores, the machine's clock and randomness. Make it once,
 * at cold start; it sends no request. Each store has a client, and so connections, of its own, as in two regions.
 * @param report told what happened, for the log
 * @param trace asked at each message and document, which carry it on
 */
export function redundancyEnvironment(
  names: StateNames,
  report: (event: RedundancyEvent) => void,
  trace: ReadTrace,
): DeployedEnvironment {
  const rows = Object.entries(names.tables).map(
    ([store, tables]) => [store, new DynamodbRows(dynamodbClient(), store, tables)] as const,
  );
  const documents = Object.entries(names.buckets).map(
    ([store, bucket]) => [store, new S3Documents(s3Client(), store, bucket, trace)] as const,
  );
  return {
    clock: { now: () => Date.now(), sleep: async (ms) => sleep(ms) },
    random: {
      id: () => randomBytes(16).toString('base64url'),
      below: (max) => Math.random() * max,
    },
    hash: (text) => createHash('sha256').update(text).digest('base64url'),
    rows: Object.fromEntries(rows),
    documents: Object.fromEntries(documents),
    control: new WakingControl(
      new DynamodbControl(dynamodbClient(), names.controlTable, names.logTable),
      sqsClient(),
      names.wakeQueueUrl,
    ),
    queue: new SqsChanges(sqsClient(), names.changeQueueUrl, trace),
    settings: defaultSettings,
    groups: names.groups,
    report,
  };
}
