import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, expect, test } from '@jest/globals';
import { until } from '../../infra/drills/patience.ts';
import { createFunction, deleteFunctions } from './lambda-function.ts';

const lambda = new LambdaClient();
const sqs = new SQSClient();

afterAll(deleteFunctions);

// Is done only while another invocation is there too: one that has given up counts for nobody.
const meeting = `
  import { readdir, rm, writeFile } from 'node:fs/promises';
  const { FOLDER } = process.env;
  const here = async () => (await readdir(FOLDER)).filter((name) => name.startsWith('here-')).length;
  export const handler = async ({ Records }) => {
    const { messageId } = Records[0];
    await writeFile(FOLDER + '/here-' + messageId, '');
    for (const givesUpAt = Date.now() + 8_000; (await here()) < 2; ) {
      if (Date.now() > givesUpAt) {
        await rm(FOLDER + '/here-' + messageId);
        throw new Error('Nobody came.');
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await writeFile(FOLDER + '/met-' + messageId, '');
  };`;

test('batches of a queue are worked on side by side, as many as the mapping allows', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tandem-queue-'));
  const FunctionName = await createFunction(
    { 'index.mjs': meeting },
    { Environment: { Variables: { FOLDER: folder } } },
  );
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: `executor-${randomUUID().slice(0, 8)}` }),
  );
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const { UUID } = await lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName,
      EventSourceArn: Attributes?.QueueArn,
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: 2 },
    }),
  );
  try {
    for (const MessageBody of ['{"one":1}', '{"other":1}'])
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    const met = async () => (await readdir(folder)).filter((name) => name.startsWith('met-')).length;
    await until('both invocations have met', async () => (await met()) === 2);
    expect(await met()).toBe(2);
  } finally {
    await lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    await rm(folder, { recursive: true });
  }
});
