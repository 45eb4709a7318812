import { randomUUID } from 'node:crypto';
import { makeClient } from '@layers/contract/client';
import { type FailoverOptions, sendToLiveServer } from '@layers/contract/failover';
import { server as serverRows } from '@layers/contract/server';

interface Bought {
  readonly key: string;
  readonly orderId: string;
  readonly server: string;
  /** Servers that failed before one answered. */
  readonly failed: readonly string[];
}

export interface Shoppers {
  readonly bought: readonly Bought[];
  readonly lost: readonly string[];
  /** One more order, by a client that has been using this server. */
  readonly buyFrom: (server: { url: string; id: string }) => Promise<void>;
  /** Lets those under way end. */
  readonly stop: () => Promise<void>;
}

const serverTimeoutMs = 3_000;

/**
 * Clients that buy one unit after another: each asks the registry for a server and, where that one fails, for another,
 * with the same Idempotency-Key. They know no server by name.
 */
export function startShoppers(request: {
  registryUrl: string;
  userId: string;
  productId: string;
  shoppers: number;
  onFailure: (failure: { server: string; failure: string }) => void;
}): Shoppers {
  const bought: Bought[] = [];
  const lost: string[] = [];
  let stopped = false;
  const buy = async (first?: { url: string; id: string }) => {
    const key = randomUUID();
    const failed: string[] = [];
    const options: FailoverOptions = {
      registryUrl: request.registryUrl,
      ...(first === undefined ? {} : { first }),
      attemptsMax: 30,
      pauseMs: 200,
      timeoutMs: 10_000,
      onAttempt: ({ id, failure }) => {
        if (failure === undefined) return;
        failed.push(id);
        request.onFailure({ server: id, failure });
      },
    };
    const items = [{ productId: request.productId, quantity: 1 }];
    try {
      const answer = await sendToLiveServer(options, async ({ url, id }) => {
        const client = makeClient(serverRows, { baseUrl: url, timeoutMs: serverTimeoutMs });
        const { userId } = request;
        const placed = await client.placeOrder({
          headers: { 'idempotency-key': key },
          body: { userId, items },
        });
        return { orderId: placed.body.id, server: id };
      });
      bought.push({ key, ...answer, failed });
    } catch (error) {
      lost.push(`${key}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const run = async () => {
    while (!stopped) await buy();
  };
  const running = Array.from({ length: request.shoppers }, run);
  const stop = async () => {
    stopped = true;
    await Promise.all(running);
  };
  return { bought, lost, buyFrom: buy, stop };
}
