import { existsSync, readFileSync } from 'node:fs';
import { CommandFailure } from './before-install/command-failure.mjs';

/** What is asked of each service first: LocalStack loads a service when it is first used, DynamoDB with its Java. */
const firstCalls = [
  { service: 'dynamodb', target: 'DynamoDB_20120810.ListTables' },
  { service: 'events', target: 'AWSEvents.ListRules' },
  { service: 'logs', target: 'Logs_20140328.DescribeLogGroups' },
  { service: 'ssm', target: 'AmazonSSM.DescribeParameters' },
  { service: 'sqs', target: 'AmazonSQS.ListQueues' },
  { service: 'cloudformation', query: 'Action=ListStacks&Version=2010-05-15' },
  { service: 'iam', query: 'Action=ListRoles&Version=2010-05-08' },
  { service: 'sts', query: 'Action=GetCallerIdentity&Version=2011-06-15' },
  { service: 's3', path: '/' },
  { service: 'lambda', path: '/2015-03-31/functions' },
  { service: 'apigateway', path: '/restapis' },
] as const;

const touchMaxMs = 60_000;
const logLinesMax = 8;

function requestFor(call: (typeof firstCalls)[number]): { path: string; init: RequestInit } {
  const credential = `Credential=test/20260101/us-east-1/${call.service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=none`;
  if ('path' in call) return { path: call.path, init: { headers: { authorization } } };
  const [type, body] = 'query' in call ? ['x-www-form-urlencoded', call.query] : ['x-amz-json-1.1', '{}'];
  const headers = { authorization, 'content-type': `application/${type}` };
  const target = 'target' in call ? { 'x-amz-target': call.target } : {};
  return { path: '/', init: { method: 'POST', headers: { ...headers, ...target }, body } };
}

/** Makes LocalStack load what the stacks use, while they are still being synthesized. Answers are of no interest. */
export async function touchServices(endpoint: string): Promise<void> {
  const calls = firstCalls.map(async (call) => {
    const { path, init } = requestFor(call);
    const answer = await fetch(`${endpoint}${path}`, { ...init, signal: AbortSignal.timeout(touchMaxMs) });
    await answer.arrayBuffer();
  });
  await Promise.allSettled(calls);
}

/**
 * Resolves when DynamoDB Local answers through LocalStack, which starts it with its first request and waits half a minute.
 * @throws CommandFailure with what either says: CloudFormation would only wait, and the CLI for it
 */
export async function untilTablesAnswer(endpoint: string, log: string): Promise<void> {
  const { path, init } = requestFor(firstCalls[0]);
  const answer = await fetch(`${endpoint}${path}`, { ...init, signal: AbortSignal.timeout(touchMaxMs) });
  const said = await answer.text();
  if (answer.ok) return;
  const logged = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').slice(-logLinesMax) : [];
  throw new CommandFailure({
    what: 'DynamoDB Local does not answer.',
    why: [said.slice(0, 300), ...logged].join('\n'),
    next: existsSync(log) ? `less ${log}` : `curl ${endpoint}/_localstack/health`,
  });
}

/** The bucket that assets go to locally, in the place of CDK's bootstrap stack. */
export async function makeAssetsBucket(endpoint: string): Promise<void> {
  const credential = 'Credential=test/20260101/us-east-1/s3/aws4_request';
  const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=none`;
  const answer = await fetch(`${endpoint}/tandem-assets`, {
    method: 'PUT',
    headers: { authorization },
    signal: AbortSignal.timeout(touchMaxMs),
  });
  await answer.arrayBuffer();
  if (!answer.ok && answer.status !== 409) throw new Error(`CreateBucket tandem-assets: ${answer.status}`);
}
