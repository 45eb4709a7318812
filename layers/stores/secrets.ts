import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientSettings } from './clients.ts';

/** A rotated secret is seen after this. */
const keptMs = 5 * 60_000;

/** Read once in minutes and written by nobody here: a few attempts do no harm. */
export const secretsClient = () => new SecretsManagerClient({ ...clientSettings, maxAttempts: 3 });

/** Reads one secret when it is first needed and keeps it a while; a failure is not kept. */
export function secretReader(
  client: SecretsManagerClient,
  SecretId: string,
  now: () => number = Date.now,
): () => Promise<string> {
  let kept: { readonly value: Promise<string>; readonly untilMs: number } | undefined;
  const read = async () => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }));
    if (SecretString === undefined) throw new Error(`The secret ${SecretId} holds no text.`);
    return SecretString;
  };
  return () => {
    if (kept !== undefined && now() < kept.untilMs) return kept.value;
    const value = read().catch((error: unknown) => {
      kept = undefined;
      throw error;
    });
    kept = { value, untilMs: now() + keptMs };
    return value;
  };
}
