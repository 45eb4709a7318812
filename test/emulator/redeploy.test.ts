import { randomUUID } from 'node:crypto';
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { zip } from './lambda-function.ts';

const endpoint = process.env.AWS_ENDPOINT_URL ?? '';
const cloudformation = new CloudFormationClient({});
const dynamodb = new DynamoDBClient({});
const s3 = new S3Client({ forcePathStyle: true });
const id = `redeploy-${randomUUID().slice(0, 8)}`;
const poll = { client: cloudformation, maxWaitTime: 60, minDelay: 0.1, maxDelay: 0.3 };

/** What a deploy of the small stack below can change. */
interface Version {
  readonly routes: readonly string[];
  readonly greeting: string;
  readonly layerWord: string;
  readonly indexName?: string;
  readonly key?: string;
}
const first: Version = { routes: ['/hello'], greeting: 'hello', layerWord: 'one' };

async function upload(files: Readonly<Record<string, string>>): Promise<{ S3Bucket: string; S3Key: string }> {
  const body = zip(files);
  // A key by content, as CDK's assets have: the same files are no change.
  const key = `${Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(JSON.stringify(files)))).toString('hex')}.zip`;
  await s3.send(new PutObjectCommand({ Bucket: id, Key: key, Body: body }));
  return { S3Bucket: id, S3Key: key };
}

const joined = (...parts: readonly unknown[]): unknown => ({ 'Fn::Join': ['', parts] });

/** The OpenAPI document of the routes, as SpecRestApi writes it into the template. */
function openApi(routes: readonly string[]): unknown {
  const functions = 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/';
  const uri = joined(functions, { 'Fn::GetAtt': ['Function', 'Arn'] }, '/invocations');
  const integration = { type: 'aws_proxy', httpMethod: 'POST', uri };
  const get = { responses: {}, 'x-amazon-apigateway-integration': integration };
  const paths = Object.fromEntries(routes.map((route) => [route, { get }]));
  return { openapi: '3.0.3', info: { title: id, version: '1' }, paths };
}

async function template({ routes, greeting, layerWord, indexName, key = 'pk' }: Version): Promise<string> {
  const code = `import { word } from 'words'; export const handler = async ({ path }) =>
    ({ statusCode: 200, body: ['${greeting}', word, path].join(' ') });`;
  const words = 'nodejs/node_modules/words';
  const layer = await upload({
    [`${words}/package.json`]: '{"type":"module","exports":"./index.js"}',
    [`${words}/index.js`]: `export const word = '${layerWord}';`,
  });
  const layerId = `Layer${layer.S3Key.slice(0, 8)}`;
  const deploymentId = `Deployment${Buffer.from(JSON.stringify(routes)).toString('hex').slice(0, 40)}`;
  const attribute = (name: string): unknown => ({ AttributeName: name, AttributeType: 'S' });
  const index = {
    IndexName: indexName,
    KeySchema: [{ AttributeName: indexName, KeyType: 'HASH' }],
    Projection: { ProjectionType: 'ALL' },
  };
  const resource = (type: string, properties: unknown, more: object = {}): unknown => ({
    Type: `AWS::${type}`,
    Properties: properties,
    ...more,
  });
  return JSON.stringify({
    Resources: {
      Table: resource('DynamoDB::Table', {
        TableName: id,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [key, ...(indexName === undefined ? [] : [indexName])].map(attribute),
        KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
        ...(indexName === undefined ? {} : { GlobalSecondaryIndexes: [index] }),
      }),
      [layerId]: resource('Lambda::LayerVersion', { LayerName: id, Content: layer }),
      Function: resource('Lambda::Function', {
        FunctionName: id,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::000000000000:role/redeploy',
        Code: await upload({ 'index.mjs': code }),
        Layers: [{ Ref: layerId }],
        MemorySize: 256,
      }),
      Api: resource('ApiGateway::RestApi', {
        Name: id,
        Body: openApi(routes),
        Tags: [{ Key: '_custom_id_', Value: id }],
      }),
      [deploymentId]: resource('ApiGateway::Deployment', { RestApiId: { Ref: 'Api' } }),
      Stage: resource('ApiGateway::Stage', {
        RestApiId: { Ref: 'Api' },
        DeploymentId: { Ref: deploymentId },
        StageName: 'live',
      }),
      Permission: resource('Lambda::Permission', {
        FunctionName: { Ref: 'Function' },
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: joined('arn:aws:execute-api:us-east-1:000000000000:', { Ref: 'Api' }, '/*'),
      }),
    },
  });
}

/** Deploy as `cdk deploy` does, by a change set. Answers the changed resources' logical ids, or none. */
async function deploy(version: Version, type: 'CREATE' | 'UPDATE' = 'UPDATE'): Promise<string[]> {
  const set = { StackName: id, ChangeSetName: `set-${randomUUID()}` };
  const body = await template(version);
  await cloudformation.send(new CreateChangeSetCommand({ ...set, ChangeSetType: type, TemplateBody: body }));
  for (;;) {
    const described = await cloudformation.send(new DescribeChangeSetCommand(set));
    if (described.Status === 'FAILED') {
      expect(described.StatusReason).toMatch(/didn't contain changes|No updates/);
      return [];
    }
    if (described.Status !== 'CREATE_COMPLETE') continue;
    await cloudformation.send(new ExecuteChangeSetCommand(set));
    await settled();
    return (described.Changes ?? []).map(({ ResourceChange }) => ResourceChange?.LogicalResourceId ?? '');
  }
}

/** Wait for the end of a deploy; one that failed rejects with the reasons among its events. */
async function settled(): Promise<void> {
  for (;;) {
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName: id }));
    const status = Stacks?.[0]?.StackStatus ?? '';
    if (['CREATE_COMPLETE', 'UPDATE_COMPLETE'].includes(status)) return;
    if (!status.endsWith('IN_PROGRESS')) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { StackEvents = [] } = await cloudformation.send(new DescribeStackEventsCommand({ StackName: id }));
  const failures = StackEvents.filter(({ ResourceStatus = '' }) => ResourceStatus.endsWith('FAILED'));
  const reasons = failures.map((event) => `${event.LogicalResourceId}: ${event.ResourceStatusReason}`);
  throw new Error(`The deploy failed. ${reasons.join('; ')}`);
}

async function get(path: string): Promise<{ status: number; body: string }> {
  const answer = await fetch(`${endpoint}/_aws/execute-api/${id}/live${path}`);
  return { status: answer.status, body: await answer.text() };
}

beforeAll(async () => {
  await s3.send(new CreateBucketCommand({ Bucket: id }));
  await deploy(first, 'CREATE');
  await dynamodb.send(new PutItemCommand({ TableName: id, Item: { pk: { S: 'kept' } } }));
}, 90_000);
afterAll(async () => {
  await cloudformation.send(new DeleteStackCommand({ StackName: id }));
  await waitUntilStackDeleteComplete(poll, { StackName: id });
}, 90_000);

describe('deploying again', () => {
  test('the same is no change', async () => {
    expect(await deploy(first)).toEqual([]);
    expect(await get('/hello')).toEqual({ status: 200, body: 'hello one /hello' });
  });

  test('a changed route adds it, keeps the address, and takes the old one away', async () => {
    await deploy({ ...first, routes: ['/hello', '/added'] });
    expect(await get('/added')).toEqual({ status: 200, body: 'hello one /added' });
    expect(await get('/hello')).toEqual({ status: 200, body: 'hello one /hello' });
    await deploy({ ...first, routes: ['/added'] });
    expect((await get('/hello')).body).not.toContain('one');
    expect(await get('/added')).toEqual({ status: 200, body: 'hello one /added' });
    await deploy(first);
    expect(await get('/hello')).toEqual({ status: 200, body: 'hello one /hello' });
  });

  test('a changed function answers anew', async () => {
    await deploy({ ...first, greeting: 'good day' });
    expect((await get('/hello')).body).toBe('good day one /hello');
  });

  test('a changed layer is used by the next invocation', async () => {
    await deploy({ ...first, layerWord: 'two' });
    expect((await get('/hello')).body).toBe('hello two /hello');
  });

  test('a table with a new index keeps its items', async () => {
    await deploy({ ...first, indexName: 'owner' });
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: id }));
    expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual(['owner']);
    const { Items } = await dynamodb.send(new ScanCommand({ TableName: id }));
    expect(Items).toEqual([{ pk: { S: 'kept' } }]);
  });

  test('everything at once is one deploy', async () => {
    await deploy({ routes: ['/both', '/hello'], greeting: 'hey', layerWord: 'three' });
    expect((await get('/both')).body).toBe('hey three /both');
    expect((await get('/hello')).body).toBe('hey three /hello');
  });

  test('a table whose key would change is refused, and stays', async () => {
    await expect(deploy({ ...first, key: 'other' })).rejects.toThrow(/key of a table cannot change/);
    const { Items } = await dynamodb.send(new ScanCommand({ TableName: id }));
    expect(Items).toEqual([{ pk: { S: 'kept' } }]);
  });
});
