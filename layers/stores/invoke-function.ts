import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { clientSettings } from './clients.ts';

/** Asks another function of the deployment and reads its answer. @throws Error if it fails or does not answer in time. */
export type InvokeFunction = (payload: unknown, timeoutMs: number) => Promise<unknown>;

/** One attempt: whoever asks has a deadline of his own. Sends no request before its first use. */
export function functionInvoker(functionName: string): InvokeFunction {
  const client = new LambdaClient({
    ...clientSettings,
    requestHandler: { connectionTimeout: 500 },
  });
  return async (payload, timeoutMs) => {
    const { Payload, FunctionError } = await client.send(
      new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(payload)) }),
      { abortSignal: AbortSignal.timeout(timeoutMs) },
    );
    const text = Buffer.from(Payload ?? []).toString('utf8');
    if (FunctionError !== undefined) throw new Error(`${functionName} failed: ${text.slice(0, 300)}`);
    return JSON.parse(text) as unknown;
  };
}
