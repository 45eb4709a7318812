import { randomUUID } from 'node:crypto';
import { CreateQueueCommand, DeleteQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { sqsClient } from '@layers/stores/clients';
import { parseChange, SqsChanges } from '@layers/stores/sqs-changes';

const client = sqsClient();
const queues: string[] = [];

afterAll(async () => {
  for (const QueueUrl of queues) await client.send(new DeleteQueueCommand({ QueueUrl }));
});

const message = { group: 'shop', op: 'op1', keys: ['orders/u1/o1', 'stock/p1'], committedAtMs: 7 };

describe('The queue of changes', () => {
  test('delivers a change as it was sent', async () => {
    const { QueueUrl = '' } = await client.send(
      new CreateQueueCommand({ QueueName: `contract-${randomUUID()}` }),
    );
    queues.push(QueueUrl);
    await new SqsChanges(client, QueueUrl).send(message);
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
    expect(Messages.map(({ Body = '' }) => parseChange(Body))).toEqual([message]);
  });

  test('carries the trace of the request that made the change, beside it', async () => {
    const { QueueUrl = '' } = await client.send(
      new CreateQueueCommand({ QueueName: `contract-${randomUUID()}` }),
    );
    queues.push(QueueUrl);
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await new SqsChanges(client, QueueUrl, () => traceparent).send(message);
    const request = { QueueUrl, WaitTimeSeconds: 1, MessageAttributeNames: ['All'] };
    const { Messages = [] } = await client.send(new ReceiveMessageCommand(request));
    expect(Messages.map(({ MessageAttributes }) => MessageAttributes?.traceparent?.StringValue)).toEqual([
      traceparent,
    ]);
  });

  test('is unavailable, and nothing happened, where it is gone', async () => {
    const { QueueUrl = '' } = await client.send(
      new CreateQueueCommand({ QueueName: `contract-${randomUUID()}` }),
    );
    await client.send(new DeleteQueueCommand({ QueueUrl }));
    const gone = { name: 'StoreFailure', reason: 'unavailable', effect: 'none' };
    await expect(new SqsChanges(client, QueueUrl).send(message)).rejects.toMatchObject(gone);
  });

  test.each(['', 'null', '{}', '{"group":"shop","op":"o","keys":[],"committedAtMs":1}'])(
    'refuses %j as a change',
    (body) => {
      expect(() => parseChange(body)).toThrow();
    },
  );
});
