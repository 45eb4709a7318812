import {
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { type BrokenFunction, breakFunction } from '../../drills/break-function.ts';

const consumer = 'tandem-replication';
const servers = ['tandem-alpha', 'tandem-beta'] as const;
const pollMs = 100;
const pollsMax = 100;

/** What can be switched off for real: the consumer of the queue, a server. */
export class LabSwitches {
  private readonly client: LambdaClient;
  private readonly silenced = new Map<string, BrokenFunction>();

  constructor(endpoint: string) {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    this.client = new LambdaClient({ endpoint, region: 'us-east-1', credentials });
  }

  async isQueuePaused(): Promise<boolean> {
    const { state } = await this.mapping();
    return state === 'Disabled' || state === 'Disabling';
  }

  /** Returns once it is so. */
  async pauseQueue(paused: boolean): Promise<void> {
    const { id } = await this.mapping();
    await this.client.send(new UpdateEventSourceMappingCommand({ UUID: id, Enabled: !paused }));
    for (let polls = 0; polls < pollsMax; polls += 1) {
      const { state } = await this.mapping();
      if (state === (paused ? 'Disabled' : 'Enabled')) return;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }

  servers(): { id: string; silenced: boolean }[] {
    return servers.map((id) => ({ id, silenced: this.silenced.has(id) }));
  }

  async silence(id: string, silenced: boolean): Promise<void> {
    const broken = this.silenced.get(id);
    if (silenced && broken === undefined)
      this.silenced.set(id, await breakFunction(this.client, id, 'crash'));
    if (!silenced && broken !== undefined) {
      await broken.mend();
      this.silenced.delete(id);
    }
  }

  async reset(): Promise<void> {
    if (await this.isQueuePaused()) await this.pauseQueue(false);
    for (const id of [...this.silenced.keys()]) await this.silence(id, false);
  }

  private async mapping(): Promise<{ id: string | undefined; state: string | undefined }> {
    const { EventSourceMappings = [] } = await this.client.send(
      new ListEventSourceMappingsCommand({ FunctionName: consumer }),
    );
    const [found] = EventSourceMappings;
    return { id: found?.UUID, state: found?.State };
  }
}
