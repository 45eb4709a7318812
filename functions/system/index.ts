import { system } from '@layers/contract/system';
import { serve } from '@layers/http/serve';
import { dynamodbClient, s3Client, sqsClient } from '@layers/stores/clients';
import { readEnvironment } from '@layers/stores/environment';
import { probeBucket, probeTable, readQueueDepth } from '@layers/stores/probes';
import { answerNowhere } from './answer-nowhere.ts';
import { readDocs, readDocsAsset } from './read-docs.ts';
import { listErrors, readError } from './read-errors.ts';
import { type Probe, readHealth } from './read-health.ts';
import { readOpenapi } from './read-openapi.ts';
import { sayHello } from './say-hello.ts';

const names = readEnvironment();
const dynamodb = dynamodbClient();
const s3 = s3Client();
const sqs = sqsClient();

const answers = (run: Promise<void>) => run.then(() => undefined);

/** Without its authority a group cannot write; what else is lost leaves it serving with less safety. */
const authorities = new Map(names.groups.map(({ name, authority }) => [name, authority]));

const tableProbes = Object.entries(names.tables).flatMap(([store, tables]) =>
  Object.entries(tables).map(
    ([group, table]): Probe => ({
      name: `${group}:${store}`,
      vital: authorities.get(group) === store,
      run: () => answers(probeTable(dynamodb, table)),
    }),
  ),
);

const bucketProbes = Object.entries(names.buckets).map(
  ([store, bucket]): Probe => ({
    name: `documents:${store}`,
    vital: false,
    run: () => answers(probeBucket(s3, bucket)),
  }),
);

const probes: readonly Probe[] = [
  ...tableProbes,
  ...bucketProbes,
  {
    name: 'changes:queue',
    vital: false,
    unit: 'messages',
    run: () => readQueueDepth(sqs, names.changeQueueUrl),
  },
];

export const handler = serve(
  'system',
  system,
  { sayHello, readHealth: readHealth(probes), readOpenapi, readDocs, readDocsAsset, listErrors, readError },
  answerNowhere,
);
