/** @jest-environment ./test/setup/models-environment.mjs */
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commitmentText } from '@layers/domain/consensus/claims';
import { modelNamed } from '@layers/domain/models/choose-model';
import { digestOf } from '@layers/http/claims';
import { publicKeyOf } from '@layers/http/derived-keys';
import { signRequest } from '@layers/http/signed-request';
import { readCatalogue } from '@layers/onnx-runtime/catalogue';
import { modelsFolder } from '@layers/onnx-runtime/models-folder';
import { onnxPredictor } from '@layers/onnx-runtime/predictor';
import { type ServedMember, serveMember } from '../../../../infra/members/serve-member.ts';

const newKey = () => generateKeyPairSync('ed25519').privateKey;
const [consensusKey, memberKey, stranger] = [newKey(), newKey(), newKey()];
const inputs = { sepalLengthCm: 5.1, sepalWidthCm: 3.5, petalLengthCm: 1.4, petalWidthCm: 0.2 };
const about = (place: number) => ({ predictionId: `cp_${'A'.repeat(21)}${place}`, dataset: 'iris' });

const lines: string[] = [];
let member: ServedMember;
beforeAll(async () => {
  member = await serveMember({
    card: modelNamed(readCatalogue(modelsFolder), 'iris-lda'),
    predictor: onnxPredictor(modelsFolder),
    key: memberKey,
    consensusKey: publicKeyOf(consensusKey),
    host: '127.0.0.1',
    port: 0,
    write: (line) => lines.push(line),
  });
});
afterAll(() => member.stop());

interface Answered {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function ask(path: '/commit' | '/reveal', body: object, key = consensusKey): Promise<Answered> {
  const answer = await fetch(`${member.url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'tandem-signature': signRequest(key, { method: 'POST', path, body }, Date.now()),
    },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Answered['body'] };
}

describe('a member that is asked to commit', () => {
  test('opens its commitment with what it reveals', async () => {
    const { body: bound } = await ask('/commit', { ...about(1), inputs });
    const { body: shown } = await ask('/reveal', about(1));
    const { predictionId } = about(1);
    const text = commitmentText({
      answer: shown.answer,
      key: publicKeyOf(memberKey),
      predictionId,
      salt: String(shown.salt),
    });
    expect(bound.commitment).toBe(digestOf(text));
  });

  test('stays bound to its first answer when it is asked again, with other arguments too', async () => {
    const first = await ask('/commit', { ...about(2), inputs });
    const again = await ask('/commit', { ...about(2), inputs });
    const other = await ask('/commit', { ...about(2), inputs: { ...inputs, petalLengthCm: 6 } });
    expect([again.body, other.body]).toEqual([first.body, first.body]);
  });

  test('reveals nothing before it is bound', async () => {
    expect(await ask('/reveal', about(3))).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  });

  test('answers the consensus alone', async () => {
    await ask('/commit', { ...about(4), inputs });
    for (const [path, body] of [
      ['/commit', { ...about(4), inputs }],
      ['/reveal', about(4)],
    ] as const)
      expect(await ask(path, body, stranger)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });
});

test('its log goes where whoever serves it says', async () => {
  const { status } = await ask('/reveal', about(9));
  const said = { function: 'member', message: 'request', route: '/reveal', status };
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject(said);
});
