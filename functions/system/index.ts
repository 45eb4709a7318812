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

const environment = readEnvironment();
const dynamodb = dynamodbClient();
const s3 = s3Client();
const sqs = sqsClient();

const answers = (run: Promise<void>) => run.then(() => undefined);

const probes: readonly Probe[] = [
  { name: 'shop:table', vital: true, run: () => answers(probeTable(dynamodb, environment.SHOP_TABLE)) },
  {
    name: 'shop:documents',
    vital: false,
    run: () => answers(probeBucket(s3, environment.SHOP_DOCUMENTS_BUCKET)),
  },
  {
    name: 'registry:table',
    vital: true,
    run: () => answers(probeTable(dynamodb, environment.REGISTRY_TABLE)),
  },
  {
    name: 'replication:queue',
    vital: false,
    unit: 'messages',
    run: () => readQueueDepth(sqs, environment.REPLICATION_QUEUE_URL),
  },
];

export const handler = serve(
  'system',
  system,
  { sayHello, readHealth: readHealth(probes), readOpenapi, readDocs, readDocsAsset, listErrors, readError },
  answerNowhere,
);
