import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Control, ControlStore, Mode } from '@layers/domain/redundancy/control';

/** Modes out of which a group is led by probing it. */
const wakingModes: readonly Mode[] = ['A_ONLY', 'READ_ONLY', 'PROMOTING'];

/**
 * Wakes the prober when a group leaves NORMAL: its rule alone would come up to a minute later. A message that is lost
 * costs no more than that minute.
 */
export class WakingControl implements ControlStore {
  private readonly control: ControlStore;
  private readonly client: SQSClient;
  private readonly queueUrl: string;

  constructor(control: ControlStore, client: SQSClient, queueUrl: string) {
    this.control = control;
    this.client = client;
    this.queueUrl = queueUrl;
  }

  async readControl(group: string): Promise<Control | undefined> {
    return this.control.readControl(group);
  }

  async compareAndSet(next: Control): Promise<boolean> {
    const changed = await this.control.compareAndSet(next);
    if (changed && next.inForceAtMs === undefined && wakingModes.includes(next.mode)) {
      const MessageBody = JSON.stringify({ group: next.group, revision: next.revision });
      await this.client
        .send(new SendMessageCommand({ QueueUrl: this.queueUrl, MessageBody }))
        .catch(() => undefined);
    }
    return changed;
  }
}
