import { describe, expect, test } from '@jest/globals';
import type { Environment } from '@layers/domain/redundancy/environment';
import { groups } from '@layers/domain/redundancy/groups';
import { StoreFailure } from '@layers/domain/redundancy/store';
import { openReadyGroup } from '@layers/stores/open-group';

/** A control table that gives no answer to the first calls. */
function environmentWith(unanswered: number) {
  let reads = 0;
  const control = {
    readControl: () => {
      reads += 1;
      return reads <= unanswered
        ? Promise.reject(new StoreFailure('control', 'timeout', 'unknown'))
        : Promise.reject(new Error('reached'));
    },
  };
  const environment = { control, rows: {}, documents: {} } as unknown as Environment;
  return { ...environment, groups };
}

describe('a group whose stores do not answer when it is first used', () => {
  test('is unavailable, not broken, and is made ready by a later request', async () => {
    const group = openReadyGroup(environmentWith(1), 'shop');
    await expect(group.read(['products/mug'])).rejects.toMatchObject({
      kind: 'unavailable',
      retryAfterSeconds: 1,
    });
    await expect(group.read(['products/mug'])).rejects.toThrow('reached');
  });
});
