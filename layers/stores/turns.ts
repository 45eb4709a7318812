import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { toAttributes } from './attribute-values.ts';
import { storeFailure } from './store-failures.ts';
import { logLayout } from './table-layout.ts';

const store = 'log';
/** So long nobody does the work if its holder was ended in the middle of it. */
const turnMs = 6_000;

/**
 * Whose turn it is to do what several would do alike: the work bears it, but would be done as often. It keeps nobody out
 * who must not be there, so it may be lost or given twice.
 */
export class Turns {
  private readonly client: DynamoDBClient;
  private readonly table: string;
  private readonly holder: string;
  private readonly now: () => number;

  /** @param holder tells this process, or this invocation, from every other */
  constructor(client: DynamoDBClient, table: string, holder: string, now: () => number) {
    this.client = client;
    this.table = table;
    this.holder = holder;
    this.now = now;
  }

  /** Runs it, unless somebody else is at it just now. A silent store keeps nobody from working. */
  async during(work: string, run: () => Promise<unknown>): Promise<void> {
    const hold = async (ms: number) => this.hold(work, ms).catch(() => true);
    if (!(await hold(turnMs))) return;
    let held = Promise.resolve(true);
    const keeping = setInterval(() => {
      held = hold(turnMs);
    }, turnMs / 3);
    try {
      await run();
    } finally {
      clearInterval(keeping);
      await held;
      await hold(0);
    }
  }

  /** Takes the turn for so long, keeps it, or with 0 ms gives it back. False: somebody else has it. @throws StoreFailure */
  private async hold(work: string, ms: number): Promise<boolean> {
    const nowMs = this.now();
    const { partitionKey, sortKey, timeToLive } = logLayout;
    const expires = { [timeToLive]: Math.ceil((nowMs + ms) / 1000) };
    const key = { [partitionKey]: `turn#${work}`, [sortKey]: 'turn' };
    try {
      await this.client.send(
        new PutItemCommand({
          TableName: this.table,
          Item: toAttributes({ ...key, ...expires, holder: this.holder, untilMs: nowMs + ms }),
          ConditionExpression: 'attribute_not_exists(#pk) OR untilMs <= :now OR holder = :holder',
          ExpressionAttributeNames: { '#pk': partitionKey },
          ExpressionAttributeValues: toAttributes({ ':now': nowMs, ':holder': this.holder }),
        }),
      );
      return true;
    } catch (error) {
      // By name: a layer and a function may each hold a copy of the class.
      if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
      throw storeFailure(store, error);
    }
  }
}
