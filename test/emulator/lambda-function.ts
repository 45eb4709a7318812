import { randomUUID } from 'node:crypto';
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  InvokeCommand,
  LambdaClient,
  PublishLayerVersionCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';

/** Retries would hide a 429, and would run a function twice. */
const lambda = new LambdaClient({ maxAttempts: 1 });
const role = 'arn:aws:iam::000000000000:role/executor-test';
const created: string[] = [];

/** Files by path, as the zip that Lambda takes for code and layers. */
export function zip(files: Readonly<Record<string, string>>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])));
}

/** A function's answer, its error's kind and the lines of its log. */
export interface Invocation {
  readonly payload: unknown;
  readonly functionError: string | undefined;
  readonly log: readonly string[];
}

/** Create a function of these files and wait until it may be invoked; its name is its own. */
export async function createFunction(
  files: Readonly<Record<string, string>>,
  settings: Partial<CreateFunctionCommandInput> = {},
  client: LambdaClient = lambda,
): Promise<string> {
  const name = `executor-${randomUUID().slice(0, 8)}`;
  await client.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: role,
      Timeout: 10,
      MemorySize: 256,
      Code: { ZipFile: zip(files) },
      ...settings,
    }),
  );
  if (client === lambda) created.push(name);
  await waitUntilFunctionActiveV2(
    { client, maxWaitTime: 20, minDelay: 0.05, maxDelay: 0.2 },
    { FunctionName: name },
  );
  return name;
}

/** Delete what createFunction made on the emulator under test. */
export async function deleteFunctions(): Promise<void> {
  const names = created.splice(0);
  await Promise.all(
    names.map(async (name) => lambda.send(new DeleteFunctionCommand({ FunctionName: name }))),
  );
}

/** Publish a layer and return the ARN of its version. */
export async function publishLayer(files: Readonly<Record<string, string>>): Promise<string> {
  const layer = await lambda.send(
    new PublishLayerVersionCommand({
      LayerName: `executor-${randomUUID().slice(0, 8)}`,
      Content: { ZipFile: zip(files) },
    }),
  );
  if (layer.LayerVersionArn === undefined) throw new Error('The layer has no ARN.');
  return layer.LayerVersionArn;
}

/** Invoke and wait for the answer. Rejects where Lambda itself refuses, such as with a 429. */
export async function invoke(
  name: string,
  event: unknown = {},
  client: LambdaClient = lambda,
): Promise<Invocation> {
  const answer = await client.send(
    new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event), LogType: 'Tail' }),
  );
  return {
    payload: JSON.parse(answer.Payload?.transformToString() ?? 'null'),
    functionError: answer.FunctionError,
    log: Buffer.from(answer.LogResult ?? '', 'base64')
      .toString('utf8')
      .split('\n'),
  };
}
