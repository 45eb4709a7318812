import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { ChangeMessage, ChangeQueue } from '@layers/domain/redundancy/store';
import * as z from 'zod/mini';
import { storeFailure } from './store-failures.ts';
import { type ReadTrace, untraced } from './trace.ts';

const messageSchema = z.lazy(
  () =>
    z.object({
      group: z.string().check(z.minLength(1)),
      op: z.string().check(z.minLength(1)),
      keys: z.array(z.string().check(z.minLength(1))).check(z.minLength(1), z.maxLength(100)),
      committedAtMs: z.int().check(z.gte(0)),
    }) satisfies z.core.$ZodType<ChangeMessage>,
);

/** Changes for the asynchronous followers, in a standard queue. */
export class SqsChanges implements ChangeQueue {
  private readonly client: SQSClient;
  private readonly queueUrl: string;
  private readonly trace: ReadTrace;

  constructor(client: SQSClient, queueUrl: string, trace: ReadTrace = untraced) {
    this.client = client;
    this.queueUrl = queueUrl;
    this.trace = trace;
  }

  async send(message: ChangeMessage): Promise<void> {
    const { group, op, keys, committedAtMs } = message;
    const MessageBody = JSON.stringify({ group, op, keys, committedAtMs });
    const MessageAttributes = attributesOf(this.trace());
    try {
      const command = new SendMessageCommand({ QueueUrl: this.queueUrl, MessageBody, MessageAttributes });
      await this.client.send(command);
    } catch (error) {
      throw storeFailure('queue', error);
    }
  }
}

const attributesOf = (traceparent: string | undefined) =>
  traceparent === undefined ? undefined : { traceparent: { DataType: 'String', StringValue: traceparent } };

/** A queue message's body. @throws Error for what is not one of ours: it belongs to the dead letters. */
export function parseChange(body: string): ChangeMessage {
  return messageSchema.parse(JSON.parse(body));
}
