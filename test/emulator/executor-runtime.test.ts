import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  GetItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createFunction, deleteFunctions, invoke, publishLayer } from './lambda-function.ts';

afterAll(deleteFunctions);

describe('layers', () => {
  const greet = {
    'nodejs/node_modules/greet-esm/package.json': '{"type":"module","exports":"./index.js"}',
    'nodejs/node_modules/greet-esm/index.js': 'export const greet = (name) => "hello " + name;',
    'nodejs/node_modules/greet-cjs/index.js': 'exports.greet = (name) => "hello " + name;',
    'data/words.txt': 'from the layer',
  };

  test('hold packages for ES modules', async () => {
    const code = 'import { greet } from "greet-esm"; export const handler = async () => greet("esm");';
    const name = await createFunction({ 'index.mjs': code }, { Layers: [await publishLayer(greet)] });
    expect((await invoke(name)).payload).toBe('hello esm');
  });

  test('hold packages for CommonJS', async () => {
    const code = 'const { greet } = require("greet-cjs"); exports.handler = async () => greet("cjs");';
    const name = await createFunction({ 'index.js': code }, { Layers: [await publishLayer(greet)] });
    expect((await invoke(name)).payload).toBe('hello cjs');
  });

  test('hold CommonJS packages for ES modules, and packages that need each other', async () => {
    const layer = await publishLayer({
      ...greet,
      'nodejs/node_modules/polite/index.js':
        'exports.polite = () => require("greet-cjs").greet("all") + ", please";',
    });
    const code = 'import polite from "polite"; export const handler = async () => polite.polite();';
    const name = await createFunction({ 'index.mjs': code }, { Layers: [layer] });
    expect((await invoke(name)).payload).toBe('hello all, please');
  });

  test('are found by absolute path under /opt', async () => {
    const path = '/opt/nodejs/node_modules/greet';
    const name = await createFunction(
      {
        'index.mjs': `
          import { createRequire } from 'node:module';
          import { greet } from '${path}-esm/index.js';
          const cjs = createRequire(import.meta.url)('${path}-cjs/index.js');
          export const handler = async () => greet(cjs.greet('opt'));`,
      },
      { Layers: [await publishLayer(greet)] },
    );
    expect((await invoke(name)).payload).toBe('hello hello opt');
  });

  test('have their files where LAMBDA_LAYER_ROOT says', async () => {
    const code = `
      import { readFile } from 'node:fs/promises';
      export const handler = async () => readFile((process.env.LAMBDA_LAYER_ROOT ?? '/opt') + '/data/words.txt', 'utf8');`;
    const name = await createFunction({ 'index.mjs': code }, { Layers: [await publishLayer(greet)] });
    expect((await invoke(name)).payload).toBe('from the layer');
  });

  test('lie over one another in the order given', async () => {
    const over = {
      'nodejs/node_modules/greet-esm/index.js': 'export const greet = (name) => "good day " + name;',
    };
    const code = `
      import { greet } from 'greet-esm';
      import cjs from 'greet-cjs';
      export const handler = async () => [greet('over'), cjs.greet('under')];`;
    const layers = [await publishLayer(greet), await publishLayer(over)];
    const name = await createFunction({ 'index.mjs': code }, { Layers: layers });
    expect((await invoke(name)).payload).toEqual(['good day over', 'hello under']);
  });

  test('yield to what the function brings itself', async () => {
    const name = await createFunction(
      {
        'index.mjs': 'import { greet } from "greet-esm"; export const handler = async () => greet("own");',
        'node_modules/greet-esm/package.json': '{"type":"module","exports":"./index.js"}',
        'node_modules/greet-esm/index.js': 'export const greet = (name) => "my own " + name;',
      },
      { Layers: [await publishLayer(greet)] },
    );
    expect((await invoke(name)).payload).toBe('my own own');
  });

  test.each([
    ['index.mjs', 'import "zod"; export const handler = async () => "found";'],
    ['index.js', 'require("zod"); exports.handler = async () => "found";'],
  ])(
    'and the function are all there is: packages of the clone that the emulator runs from are not found (%s)',
    async (file, code) => {
      const name = await createFunction({ [file]: code }, { Layers: [await publishLayer(greet)] });
      const { payload, functionError } = await invoke(name);
      expect(functionError).toBe('Unhandled');
      expect(payload).toMatchObject({ errorType: 'Runtime.ImportModuleError' });
    },
  );
});

describe('the environment of a function', () => {
  const echo =
    'export const handler = async (event, context) => ({ env: process.env, cwd: process.cwd(), context });';

  test('has its own variables, Lambda’s, credentials and the emulator’s endpoint, and nothing else', async () => {
    const variables = { TABLE_NAME: 'carts', AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9' };
    const name = await createFunction(
      { 'index.mjs': echo },
      { Environment: { Variables: variables }, MemorySize: 192 },
    );
    const { env, cwd } = (await invoke(name)).payload as { env: Record<string, string>; cwd: string };
    expect(env).toMatchObject({
      ...variables,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '192',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^\w{16,}$/),
      AWS_SECRET_ACCESS_KEY: expect.stringMatching(/.{20,}/),
      AWS_SESSION_TOKEN: expect.stringMatching(/.{20,}/),
      AWS_ENDPOINT_URL: process.env.AWS_ENDPOINT_URL?.replace('localhost', '127.0.0.1'),
      LAMBDA_TASK_ROOT: cwd,
      _HANDLER: 'index.handler',
      _X_AMZN_TRACE_ID: expect.stringMatching(/^Root=/),
    });
    expect(Object.keys(env).filter((key) => /LOCALSTACK|TANDEM|EDGE_PORT|^PYTHON/.test(key))).toEqual([]);
  });

  test('has the SDK that Lambda’s runtime supplies, and its own role’s account', async () => {
    const code = `
      import { STSClient, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
      export const handler = async () => (await new STSClient({}).send(new GetCallerIdentityCommand({}))).Arn;`;
    const name = await createFunction({ 'index.mjs': code });
    expect((await invoke(name)).payload).toBe(`arn:aws:sts::000000000000:assumed-role/executor-test/${name}`);
  });

  test('has loaded nothing of Node that is large and that the function did not ask for', async () => {
    const code =
      'export const handler = async () => process.moduleLoadList.filter((name) => /undici|http$|fs.promises/.test(name));';
    const name = await createFunction({ 'index.mjs': code });
    expect((await invoke(name)).payload).toEqual(['NativeModule internal/http', 'NativeModule http']);
  });

  test('describes the invocation in the context', async () => {
    const code = `export const handler = async (event, context) =>
      ({ ...context, left: context.getRemainingTimeInMillis(), event });`;
    const name = await createFunction({ 'index.mjs': code }, { Timeout: 7 });
    const { left, ...context } = (await invoke(name, { a: [1] })).payload as { left: number };
    expect(context).toMatchObject({
      event: { a: [1] },
      functionName: name,
      functionVersion: '$LATEST',
      memoryLimitInMB: '256',
      invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
      logGroupName: `/aws/lambda/${name}`,
      awsRequestId: expect.stringMatching(/^[\da-f-]{36}$/),
    });
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(7_000);
  });
});

describe('what a function asks of a table', () => {
  // Answers what it read, and the port that each operation of DynamoDB was answered from.
  const store = `
    import { subscribe } from 'node:diagnostics_channel';
    import { DynamoDBClient, GetItemCommand, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
    const ports = {};
    subscribe('http.client.response.finish', ({ request, response }) => {
      ports[request.getHeader('x-amz-target').split('.')[1]] = response.socket.remotePort;
    });
    const client = new DynamoDBClient({});
    export const handler = async ({ TableName, Item }) => {
      await client.send(new ListTablesCommand({}));
      await client.send(new PutItemCommand({ TableName, Item }));
      const read = await client.send(new GetItemCommand({ TableName, Key: { id: Item.id } }));
      return { item: read.Item, ports };
    };`;

  test('is in it for everybody, though DynamoDB Local is asked for items without LocalStack in between', async () => {
    const client = new DynamoDBClient({});
    const table = { TableName: `executor-${randomUUID()}` };
    await client.send(
      new CreateTableCommand({
        ...table,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
    const Item = { id: { S: 'one' }, text: { S: 'ä' } };
    const name = await createFunction({ 'index.mjs': store });
    const { item, ports } = (await invoke(name, { ...table, Item })).payload as {
      item: unknown;
      ports: Record<string, number>;
    };
    expect(item).toEqual(Item);
    expect((await client.send(new GetItemCommand({ ...table, Key: { id: Item.id } }))).Item).toEqual(Item);
    await client.send(new DeleteTableCommand(table));
    const emulator = Number(new URL(process.env.AWS_ENDPOINT_URL ?? '').port);
    expect(ports.ListTables).toBe(emulator);
    expect(ports.GetItem).toBe(ports.PutItem);
    expect(ports.GetItem).not.toBe(emulator);
  });
});

describe('handlers', () => {
  const callback = {
    'index.js': 'exports.handler = (event, context, done) => setTimeout(() => done(null, "done"), 1);',
  };

  test('with a callback answer up to Node.js 22', async () => {
    const name = await createFunction(callback, { Runtime: 'nodejs22.x' });
    expect((await invoke(name)).payload).toBe('done');
  });

  test('with a callback are refused from Node.js 24 on, as on AWS', async () => {
    const name = await createFunction(callback);
    expect((await invoke(name)).payload).toMatchObject({ errorType: 'Runtime.CallbackHandlerDeprecated' });
  });

  test.each([
    ['in a folder', { 'src/orders.mjs': 'export const post = () => "plain";' }, 'src/orders.post', 'plain'],
    [
      'of CommonJS',
      { 'index.cjs': 'module.exports = { handler: async () => ({ a: 1 }) };' },
      'index.handler',
      { a: 1 },
    ],
    ['without an answer', { 'index.mjs': 'export const handler = async () => {};' }, 'index.handler', null],
    ['in an object', { 'index.mjs': 'export const http = { get: async () => 2 };' }, 'index.http.get', 2],
  ])('%s are called', async (_what, files, handler, expected) => {
    const name = await createFunction(files, { Handler: handler });
    expect(await invoke(name)).toMatchObject({ payload: expected, functionError: undefined });
  });
});
