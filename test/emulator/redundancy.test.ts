import { readFileSync } from 'node:fs';
import {
  DeleteFunctionConcurrencyCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeClient } from '@layers/contract/client';
import { lab } from '@layers/contract/lab';
import { redundancy } from '@layers/contract/redundancy';
import { shop } from '@layers/contract/shop';
import { sqsClient } from '@layers/stores/clients';
import { type OpenProtocol, openProtocol } from '../../infra/drills/open-protocol.ts';
import { apiUrl, endpoint } from '../setup/stack.ts';

const options = { baseUrl: apiUrl, timeoutMs: 60_000 };
const api = makeClient(redundancy, options);
const goods = makeClient(shop, options);
const breaking = makeClient(lab, options);
const mug = { name: 'Copied twice', priceMinor: 1250, currency: 'EUR', category: 'copies', stock: 5 };
let protocol: OpenProtocol;
let productId = '';

beforeAll(async () => {
  protocol = await openProtocol(endpoint);
  productId = (await goods.createProduct({ body: mug })).body.id;
}, 90_000);

afterAll(async () => {
  await breaking.resetLab();
}, 60_000);

async function until<T>(read: () => Promise<T>, isWanted: (value: T) => boolean): Promise<T> {
  const giveUpAt = Date.now() + 60_000;
  for (;;) {
    const value = await read();
    if (isWanted(value) || Date.now() > giveUpAt) return value;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const copiesOf = async (id: string) =>
  (await api.readCopies({ path: { subject: 'products', key: id } })).body;
const groupNamed = async (name: string) => {
  const { body } = await api.readRedundancy();
  return body.groups.find((group) => group.name === name);
};

describe('GET /redundancy', () => {
  test('tells of every group who decides, who follows, and what is pending', async () => {
    const { body } = await api.readRedundancy();
    expect(body.groups.map(({ name }) => name)).toEqual([
      ...['shop', 'registry', 'ledger', 'consensus', 'predictions'],
    ]);
    expect(body.groups[0]).toMatchObject({
      policy: 'available',
      reachable: true,
      follower: { structure: 'documents' },
    });
    expect(body.groups[2]).toMatchObject({ policy: 'strict' });
    expect(body.queue).toMatchObject({ reachable: true });
  });

  test('measures how long changes take to their replicas', async () => {
    const found = await until(
      () => groupNamed('shop'),
      (group) => (group?.replicas[0]?.lag.applied ?? 0) > 0,
    );
    const lag = found?.replicas[0]?.lag;
    expect(lag?.applied).toBeGreaterThan(0);
    expect(lag?.p99Ms).toBeGreaterThanOrEqual(lag?.p50Ms ?? Number.POSITIVE_INFINITY);
    expect(lag?.minutes.length).toBeGreaterThan(0);
  }, 90_000);
});

describe('a copy that was altered behind the protocol’s back', () => {
  test('is shown with the field that differs, and mended from the authority', async () => {
    await until(
      () => copiesOf(productId),
      ({ verdict }) => verdict === 'in-sync',
    );
    const id = `products/${productId}`;
    const { after } = (await breaking.corruptCopy({ body: { group: 'shop', id } })).body;
    expect(after).not.toEqual(undefined);
    const found = await copiesOf(productId);
    expect(found.verdict).toBe('conflicting');
    expect(found.differing.map(({ pointer }) => pointer)).toEqual(['/entity/category']);
    const { body } = await api.repairGroup({ path: { subject: 'shop' }, query: {} });
    expect(body.follower).toMatchObject({ differing: 1, repaired: 1, ids: [id] });
    expect((await copiesOf(productId)).verdict).toBe('in-sync');
    expect((await groupNamed('shop'))?.lastDiff).toMatchObject({ differing: 1, repaired: 1 });
  }, 120_000);

  test('is mended in an asynchronous replica too', async () => {
    const id = `products/${productId}`;
    await breaking.corruptCopy({ body: { group: 'shop', id, role: 'replica' } });
    expect((await copiesOf(productId)).verdict).toBe('conflicting');
    const { body } = await api.repairGroup({
      path: { subject: 'shop' },
      query: { from: 'dynamodb-secondary' },
    });
    const repaired = body.replicas.map(({ difference }) => difference.repaired);
    expect(repaired.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(1);
    expect((await copiesOf(productId)).verdict).toBe('in-sync');
  }, 120_000);
});

describe('the lab', () => {
  test('sets a fault, says so, and takes it back', async () => {
    const { body: added } = await breaking.setFault({
      body: { store: 's3-documents', kind: 'delay', delayMs: 1, only: 'ledger' },
    });
    expect((await breaking.readLab()).body.faults.map(({ id }) => id)).toEqual([added.id]);
    expect((await breaking.clearFault({ path: { id: added.id } })).body.faults).toEqual([]);
    await expect(breaking.clearFault({ path: { id: added.id } })).rejects.toMatchObject({ status: 404 });
  }, 60_000);

  test('refuses a store that there is not, and names the field', async () => {
    await expect(breaking.setFault({ body: { store: 'oracle', kind: 'down' } })).rejects.toMatchObject({
      status: 400,
      problem: { errors: [{ pointer: '/body/store' }] },
    });
  });

  test('pauses the queue: replicas stand still, and follow once it is resumed', async () => {
    expect((await breaking.pauseQueue({ body: { paused: true } })).body.queue.paused).toBe(true);
    const { id } = (await goods.createProduct({ body: mug })).body;
    const waiting = await until(
      async () => (await api.readRedundancy()).body.queue.waiting ?? 0,
      (count) => count > 0,
    );
    expect(waiting).toBeGreaterThan(0);
    expect((await copiesOf(id)).verdict).toBe('behind');
    await breaking.pauseQueue({ body: { paused: false } });
    const { verdict } = await until(
      () => copiesOf(id),
      (found) => found.verdict === 'in-sync',
    );
    expect(verdict).toBe('in-sync');
  }, 180_000);
});

describe('POST /redundancy/{group}/redrive', () => {
  test('sends the dead letters of that group alone once more', async () => {
    const { deadLetterQueueUrl: QueueUrl } = protocol.names;
    const message = (group: string) =>
      JSON.stringify({ group, op: 'x', keys: [`products/${productId}`], committedAtMs: Date.now() });
    const sqs = sqsClient();
    for (const group of ['shop', 'shop', 'ledger'])
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: message(group) }));
    const { body } = await api.redriveGroup({ path: { subject: 'shop' } });
    expect(body).toEqual({ group: 'shop', moved: 2, left: 1 });
    expect((await api.redriveGroup({ path: { subject: 'ledger' } })).body).toMatchObject({
      moved: 1,
      left: 0,
    });
  }, 60_000);
});

test('a function’s failure names the line of ours that threw, in the layer too', async () => {
  const woken = { Records: [{ body: JSON.stringify({ group: 'nobody' }) }] };
  const { FunctionError, Payload } = await new LambdaClient().send(
    new InvokeCommand({ FunctionName: 'tandem-prober', Payload: JSON.stringify(woken) }),
  );
  const { errorMessage, trace } = JSON.parse(Payload?.transformToString() ?? '') as {
    errorMessage: string;
    trace: readonly string[];
  };
  expect([FunctionError, errorMessage]).toEqual(['Unhandled', 'No group is named nobody.']);
  const file = 'functions/redundancy/redundancy-parts.ts';
  const [before = ''] = readFileSync(file, 'utf8').split('No group is named');
  expect(trace.join('\n')).toContain(`${file}:${before.split('\n').length}:`);
});

describe('promoting the registry’s mirror', () => {
  // The prober's rule would lead the group back within its minute: here whoever took it out of NORMAL has to wake it.
  const lambda = new LambdaClient({ maxAttempts: 1 });
  const rules = { FunctionName: 'tandem-maintenance' };
  beforeAll(async () => {
    await lambda.send(new PutFunctionConcurrencyCommand({ ...rules, ReservedConcurrentExecutions: 0 }));
    await expect(lambda.send(new InvokeCommand(rules))).rejects.toThrow(/Rate Exceeded/i);
  });
  afterAll(async () => {
    await lambda.send(new DeleteFunctionConcurrencyCommand(rules));
  });

  test('loses nothing, is logged, and catches the old authority up by itself', async () => {
    const before = await groupNamed('registry');
    const { body } = await api.failOver({ path: { subject: 'registry' }, body: {} });
    expect(body).toMatchObject({
      lost: [],
      authority: before?.follower?.store,
      epoch: (before?.epoch ?? 0) + 1,
    });
    const after = await until(
      () => groupNamed('registry'),
      (group) => group?.mode === 'NORMAL',
    );
    expect(after).toMatchObject({ mode: 'NORMAL', authority: before?.follower?.store });
    const { items } = (await api.listRedundancyEvents({ query: { group: 'registry', limit: 20 } })).body;
    const modes = items.filter(({ event }) => event === 'mode').map(({ mode }) => mode);
    expect(modes.slice(0, 4)).toEqual(['NORMAL', 'CATCHUP', 'A_ONLY', 'PROMOTING']);
    expect(items.some(({ event, detail }) => event === 'operator' && detail === 'failover')).toBe(true);
  }, 180_000);
});
