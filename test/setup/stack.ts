import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';

/** What the running emulator offers the tests: `npm test` gives them one of their own, `npx jest` that of `npm start`. */
function given(name: string): string {
  const value = process.env[name];
  if (value !== undefined && value !== '') return value;
  throw new Error(
    `No emulator is running (${name} is not set). Run \`npm test -- <path>\`, or \`npm start\` and then \`npx jest <path>\`.`,
  );
}

/** The API's address, without a slash at its end. */
export const apiUrl = given('TANDEM_API_URL');

/** Where every AWS API of the emulator answers. */
export const endpoint = given('AWS_ENDPOINT_URL');

const settings = {
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};

export const dynamo = new DynamoDBClient(settings);
export const s3 = new S3Client({ ...settings, forcePathStyle: true });

const requestMaxMs = 35_000;

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body, or undefined when it is not JSON. */
  readonly body: unknown;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Asks the API. A body that is no string is sent as JSON.
 * @param path below the stage, with its slash: `/products?limit=2`
 */
export async function request(
  method: string,
  path: string,
  { body, headers }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<ApiAnswer> {
  const json = body === undefined || typeof body === 'string' ? {} : { 'content-type': 'application/json' };
  const answer = await fetch(`${apiUrl}${path}`, {
    method,
    headers: { ...json, ...headers },
    redirect: 'manual',
    signal: AbortSignal.timeout(requestMaxMs),
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, body: parsed(text) };
}
