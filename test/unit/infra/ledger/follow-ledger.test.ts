/** @jest-environment ./test/setup/models-environment.mjs */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { consensus } from '@layers/contract/consensus';
import { staking } from '@layers/contract/staking';
import { claimPaths } from '@layers/domain/staking/claims';
import { entryKey } from '@layers/domain/staking/ledger';
import { publicKeyOf } from '@layers/http/derived-keys';
import { makeNodeServer } from '@layers/http/node-server';
import { serve } from '@layers/http/serve';
import { signRequest } from '@layers/http/signed-request';
import { consensusHandlers } from '../../../../functions/consensus/handlers.ts';
import { stakingHandlers } from '../../../../functions/staking/handlers.ts';
import { CommandFailure } from '../../../../infra/emulator/before-install/command-failure.mjs';
import { askedOf } from '../../../../infra/ledger/asked.ts';
import { type Following, followOnce, goOnFollowing } from '../../../../infra/ledger/follow-ledger.ts';
import { withdrawAs } from '../../../../infra/ledger/send-claim.ts';
import { newKey, openConsensus } from '../../functions/consensus/consensus-under-test.ts';
import { MemoryGroup } from '../../functions/memory-group.ts';

/** The ledger's routes and the consensus's keys over records in memory, by real HTTP. */
async function openLedger() {
  const { parts } = openConsensus();
  const ledger = new MemoryGroup();
  const trusted = { operator: newKey() };
  const handlers = () => ({
    ...stakingHandlers({ ...parts, ledger, operatorKey: publicKeyOf(trusted.operator) }),
    ...consensusHandlers(parts),
  });
  const rows = { ...staking, ...consensus };
  const served = makeNodeServer(
    (event, context) => serve('staking', rows, handlers())(event, context),
    rows,
    () => undefined,
  );
  served.server.listen(0, '127.0.0.1');
  await once(served.server, 'listening');
  const apiUrl = `http://127.0.0.1:${(served.server.address() as AddressInfo).port}`;
  const deposit = async (amount: string) => {
    const [path, body] = [claimPaths.deposit, { publicKey: publicKeyOf(newKey()), amount }];
    const signature = signRequest(trusted.operator, { method: 'POST', path, body }, Date.now());
    const headers = { 'content-type': 'application/json', 'tandem-signature': signature };
    const answer = await fetch(apiUrl + path, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(answer.status).toBe(201);
    // Signatures of one key are told apart by their milliseconds.
    const signedAt = Date.now();
    while (Date.now() === signedAt) await new Promise((resolve) => setImmediate(resolve));
  };
  return { apiUrl, ledger, trusted, deposit, stop: () => served.drain(100) };
}

let deployment: Awaited<ReturnType<typeof openLedger>>;
let folder: string;
let following: Following;
const seen: number[] = [];

beforeEach(async () => {
  deployment = await openLedger();
  folder = mkdtempSync(join(tmpdir(), 'tandem-ledger-'));
  seen.length = 0;
  following = {
    apiUrl: deployment.apiUrl,
    path: join(folder, 'copy.json'),
    operator: undefined,
    oracle: undefined,
    onEntry: ({ seq }) => seen.push(seq),
  };
  await deployment.deposit('1000000');
  await deployment.deposit('2000000');
});
afterEach(async () => {
  await deployment.stop();
  rmSync(folder, { recursive: true });
});

const failureOf = async (work: Promise<unknown>): Promise<CommandFailure> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CommandFailure);
  return error as CommandFailure;
};
const keptEntries = () =>
  (JSON.parse(readFileSync(following.path, 'utf8')) as { entries: { seq: number }[] }).entries.map(
    ({ seq }) => seq,
  );

describe('Whoever follows a ledger', () => {
  test('recomputes it and keeps a copy of its entries', async () => {
    const { same, entries } = await followOnce(following);
    expect([same, entries.length, seen]).toEqual([true, 2, [1, 2]]);
    expect(keptEntries()).toEqual([1, 2]);
  });

  test('notices a chain that was rewritten, though every entry of the new one is signed and follows', async () => {
    await followOnce(following);
    deployment.ledger.records.clear();
    await deployment.deposit('1000000');
    await deployment.deposit('3000000');
    await deployment.deposit('4000000');
    const failure = await failureOf(followOnce(following));
    expect(failure.message).toBe('The chain was rewritten.');
    expect(failure.why).toContain('Entry 1 was');
    expect(keptEntries()).toEqual([1, 2]);
  });

  test('notices a chain that was cut off', async () => {
    await followOnce(following);
    deployment.ledger.records.clear();
    expect((await failureOf(followOnce(following))).why).toBe('It had 2 entries, now it has 0.');
  });

  test('believes no entry that does not follow from its signature', async () => {
    const { ver, image = '' } = deployment.ledger.records.get(entryKey(2)) ?? { ver: 1 };
    deployment.ledger.records.set(entryKey(2), { ver, image: image.replaceAll('2000000', '9000000') });
    const failure = await failureOf(followOnce(following));
    expect(failure.why).toContain('Entry 2: its signature is not over its request');
  });

  test('notices an operator that was exchanged', async () => {
    await followOnce(following);
    deployment.trusted.operator = newKey();
    expect((await failureOf(followOnce(following))).message).toContain('another operator');
  });

  test('goes on with what comes, until the end of the chain is another than it was', async () => {
    const first = await followOnce(following);
    const stop = new AbortController();
    const going = goOnFollowing(following, first, stop.signal, 5);
    const failed = failureOf(going);
    await deployment.deposit('5000000');
    while (keptEntries().length < 3) await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toEqual([1, 2, 3]);
    deployment.ledger.records.clear();
    expect((await failed).message).toBe('The chain was rewritten.');
  });

  test('goes on until told to stop', async () => {
    const stop = new AbortController();
    const going = goOnFollowing(following, await followOnce(following), stop.signal, 60_000);
    stop.abort();
    await expect(going).resolves.toBeUndefined();
  });
});

describe('What an API refuses', () => {
  test('is told with its reason, for the person at the terminal', async () => {
    const { apiUrl } = deployment;
    const refused = await failureOf(askedOf(apiUrl, () => withdrawAs(apiUrl, newKey(), '5')));
    expect(refused.why).toContain('5 micro-units are asked for, 0 are settled');
    const wrong = await failureOf(askedOf(apiUrl, () => withdrawAs(apiUrl, newKey(), '1e3')));
    expect(wrong.why).toContain('/body/amount');
  });

  test('is told when nobody answers, too', async () => {
    const nowhere = { ...following, apiUrl: 'http://127.0.0.1:9' };
    const failure = await failureOf(askedOf(nowhere.apiUrl, () => followOnce(nowhere)));
    expect(failure.message).toBe('http://127.0.0.1:9 does not answer.');
  });
});
