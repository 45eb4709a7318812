import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from '@jest/globals';
import { secretReader } from '@layers/stores/secrets';

/** What the client answers, one after another; an Error is thrown. */
function clientOf(...answers: (string | undefined | Error)[]) {
  const asked: unknown[] = [];
  const send = ({ input }: { input: unknown }) => {
    asked.push(input);
    const answer = answers[asked.length - 1];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ SecretString: answer });
  };
  return { asked, client: { send } as unknown as SecretsManagerClient };
}

describe('a secret', () => {
  test('is asked for when it is first needed, once for all who meet', async () => {
    const { client, asked } = clientOf('s1');
    const read = secretReader(client, 'name', () => 0);
    expect(asked).toEqual([]);
    expect(await Promise.all([read(), read(), read()])).toEqual(['s1', 's1', 's1']);
    expect(asked).toEqual([{ SecretId: 'name' }]);
  });

  test('that was rotated is seen after five minutes', async () => {
    const { client } = clientOf('old', 'new');
    let nowMs = 0;
    const read = secretReader(client, 'name', () => nowMs);
    expect(await read()).toBe('old');
    nowMs = 299_999;
    expect(await read()).toBe('old');
    nowMs = 300_000;
    expect(await read()).toBe('new');
  });

  test('that could not be read is asked for again', async () => {
    const { client } = clientOf(new Error('throttled'), 's1');
    const read = secretReader(client, 'name', () => 0);
    await expect(read()).rejects.toThrow('throttled');
    expect(await read()).toBe('s1');
  });

  test('without text is a failure that names the secret', async () => {
    await expect(secretReader(clientOf(undefined).client, 'name', () => 0)()).rejects.toThrow(
      'The secret name',
    );
  });
});
