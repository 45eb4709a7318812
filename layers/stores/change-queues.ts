import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { parseChange } from './sqs-changes.ts';
import { storeFailure } from './store-failures.ts';

export interface QueueDepths {
  readonly waiting: number;
  readonly inFlight: number;
  readonly deadLetters: number;
}

const batchSizeMax = 10;
/** Long enough to look at every dead letter once: those of other groups stay out of sight meanwhile. */
const hiddenSeconds = 30;

/** The queue of changes and its dead letters, as an operator sees them. All methods throw `StoreFailure`. */
export class ChangeQueues {
  private readonly client: SQSClient;
  private readonly queueUrl: string;
  private readonly deadLetterUrl: string;

  constructor(client: SQSClient, queueUrl: string, deadLetterUrl: string) {
    this.client = client;
    this.queueUrl = queueUrl;
    this.deadLetterUrl = deadLetterUrl;
  }

  async readDepths(): Promise<QueueDepths> {
    const [changes, dead] = await Promise.all([
      this.attributes(this.queueUrl),
      this.attributes(this.deadLetterUrl),
    ]);
    return {
      waiting: changes.visible,
      inFlight: changes.inFlight,
      deadLetters: dead.visible + dead.inFlight,
    };
  }

  /**
   * Sends the dead letters of one group once more, at most `max`. Sent before it is deleted: a crash in between only
   * sends it twice. Those of other groups, and what nobody can read, stay.
   */
  async redrive(group: string, max: number): Promise<number> {
    let moved = 0;
    const others: Message[] = [];
    try {
      for (;;) {
        const { Messages = [] } = await this.client.send(
          new ReceiveMessageCommand({
            QueueUrl: this.deadLetterUrl,
            MaxNumberOfMessages: Math.min(batchSizeMax, max - moved),
            VisibilityTimeout: hiddenSeconds,
          }),
        );
        if (Messages.length === 0) break;
        for (const message of Messages) {
          if (!isOf(group, message)) others.push(message);
          else {
            await this.sendAgain(message);
            moved += 1;
          }
        }
        if (moved >= max) break;
      }
      await this.letGo(others);
    } catch (error) {
      throw storeFailure('queue', error);
    }
    return moved;
  }

  private async sendAgain({ Body, ReceiptHandle }: Message): Promise<void> {
    await this.client.send(new SendMessageCommand({ QueueUrl: this.queueUrl, MessageBody: Body }));
    await this.client.send(new DeleteMessageCommand({ QueueUrl: this.deadLetterUrl, ReceiptHandle }));
  }

  private async letGo(messages: readonly Message[]): Promise<void> {
    for (let start = 0; start < messages.length; start += batchSizeMax) {
      const Entries = messages.slice(start, start + batchSizeMax).map(({ ReceiptHandle }, index) => ({
        Id: String(index),
        ReceiptHandle,
        VisibilityTimeout: 0,
      }));
      await this.client.send(
        new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.deadLetterUrl, Entries }),
      );
    }
  }

  private async attributes(QueueUrl: string): Promise<{ visible: number; inFlight: number }> {
    try {
      const { Attributes = {} } = await this.client.send(
        new GetQueueAttributesCommand({
          QueueUrl,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      );
      return {
        visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
        inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
      };
    } catch (error) {
      throw storeFailure('queue', error);
    }
  }
}

function isOf(group: string, { Body = '' }: Message): boolean {
  try {
    return parseChange(Body).group === group;
  } catch {
    return false;
  }
}
