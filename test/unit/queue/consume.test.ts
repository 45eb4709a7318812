import { expect, test } from '@jest/globals';
import { consumeQueue } from '@layers/queue/consume';
import type { SQSEvent, SQSRecord } from 'aws-lambda';

const record = (messageId: string, body: string) =>
  ({ messageId, body, attributes: { ApproximateReceiveCount: '2' }, messageAttributes: {} }) as SQSRecord;

test('reports the messages that failed, one by one, so that only they come again', async () => {
  const failures: object[] = [];
  const handler = consumeQueue(
    (body) => (body === 'bad' ? Promise.reject(new Error('no')) : Promise.resolve()),
    (failure) => failures.push(failure),
  );
  const event: SQSEvent = { Records: [record('1', 'good'), record('2', 'bad'), record('3', 'good')] };
  expect(await handler(event, {})).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
  expect(failures).toMatchObject([{ messageId: '2', receives: 2 }]);
});

test('tells the consumer, and the log of a failure, whose trace a message belongs to', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const heard: (string | undefined)[] = [];
  const handler = consumeQueue(
    (_body, delivery) => {
      heard.push(delivery.traceparent);
      return Promise.reject(new Error('no'));
    },
    (failure) => heard.push(failure.traceparent),
  );
  const messageAttributes = { traceparent: { stringValue: traceparent, dataType: 'String' } };
  await handler({ Records: [{ ...record('1', 'a'), messageAttributes }] }, {});
  expect(heard).toEqual([traceparent, traceparent]);
});

test('reports nothing when all went well, also for a consumer that throws before it promises', async () => {
  const well = consumeQueue(
    () => Promise.resolve(),
    () => undefined,
  );
  expect(await well({ Records: [record('1', 'a')] }, {})).toEqual({ batchItemFailures: [] });
  const throws = consumeQueue(
    () => {
      throw new Error('at once');
    },
    () => undefined,
  );
  expect(await throws({ Records: [record('1', 'a')] }, {})).toEqual({
    batchItemFailures: [{ itemIdentifier: '1' }],
  });
});
