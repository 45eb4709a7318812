import middy from '@middy/core';
import partialBatchFailure from '@middy/sqs-partial-batch-failure';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

/** What a consumer may know of a message beside its body. */
export interface Delivery {
  readonly messageId: string;
  /** How often the queue has handed it out, this time included. */
  readonly receives: number;
  /** W3C trace context of whoever sent it, if there is one. */
  readonly traceparent: string | undefined;
}

export type LogFailure = (failure: Delivery & { readonly error: unknown }) => void;

const deliveryOf = ({ messageId, attributes, messageAttributes }: SQSRecord): Delivery => ({
  messageId,
  receives: Number(attributes.ApproximateReceiveCount),
  traceparent: messageAttributes.traceparent?.stringValue,
});

/**
 * The Lambda handler of a queue: hands each message to `consume`, side by side, and reports those that failed one by one,
 * so that only they come again. `consume` must be idempotent: a queue delivers at least once, in any order.
 */
export function consumeQueue(
  consume: (body: string, delivery: Delivery) => Promise<void>,
  logFailure: LogFailure,
) {
  const handle = async ({ Records }: SQSEvent) =>
    Promise.allSettled(Records.map(async (record) => consume(record.body, deliveryOf(record))));
  const log = (error: unknown, record: SQSRecord) => {
    logFailure({ ...deliveryOf(record), error });
  };
  // The middleware turns what is settled into the batch's response; its types know neither.
  const handler = middy<SQSEvent, unknown>()
    .use(partialBatchFailure({ logger: log }))
    .handler(handle);
  return handler as unknown as (event: SQSEvent, context: unknown) => Promise<SQSBatchResponse>;
}
