import { type KeyObject, randomBytes } from 'node:crypto';
import type { member } from '@layers/contract/member';
import { commitmentText, commitText, revealText } from '@layers/domain/consensus/claims';
import { type Prediction, predictionOf } from '@layers/domain/models/answer';
import { readRow } from '@layers/domain/models/arguments';
import type { ModelCard } from '@layers/domain/models/card';
import type { ModelCatalogue, Predictor } from '@layers/domain/models/predictor';
import { Problem } from '@layers/domain/problem';
import { digestOf, signText } from '@layers/http/claims';
import { publicKeyOf } from '@layers/http/derived-keys';
import type { Handlers } from '@layers/http/serve';
import { verifyRequest } from '@layers/http/signed-request';
import { predict } from '../../functions/models/predict.ts';

export interface MemberSetting {
  /** The one model that is served. */
  readonly card: ModelCard;
  readonly predictor: Predictor;
  readonly key: KeyObject;
  /** What it signs with: its key, unless it misbehaves. */
  readonly signingKey: () => KeyObject;
  /** What it reveals of what it committed to: the same, unless it misbehaves. */
  readonly revealed: (answer: Prediction) => Prediction;
  /** The key of the consensus; `undefined`: anybody may ask for commitments and reveals. */
  readonly consensusKey: string | undefined;
  readonly newId: () => string;
  readonly now: () => number;
}

interface Binding {
  readonly answer: Prediction;
  readonly salt: string;
}

/** Commitments that wait for their reveal, the oldest forgotten first. */
const bindingsMax = 1_000;

function requireConsensus(
  { consensusKey, now }: MemberSetting,
  path: string,
  body: unknown,
  signature: string | undefined,
): void {
  if (consensusKey === undefined) return;
  if (signature === undefined) throw new Problem('forbidden', 'Only the consensus may ask for this.');
  verifyRequest(consensusKey, { method: 'POST', path, body }, signature, now());
}

/** A member as the consensus sees it: one model, bound by its key. */
export function memberHandlers(setting: MemberSetting): Handlers<typeof member> {
  const { card, predictor, key } = setting;
  const publicKey = publicKeyOf(key);
  const catalogue: ModelCatalogue = { cards: [card], refused: [] };
  const bindings = new Map<string, Binding>();
  return {
    predict: predict(catalogue, predictor, setting.newId),
    commit: async ({ body, headers }) => {
      requireConsensus(setting, '/commit', body, headers['tandem-signature']);
      const { predictionId, inputs } = body;
      const row = readRow(card, inputs, '/body/inputs');
      const output = await predictor.predict(card, Float32Array.from(row.columns), 1);
      // Asked again, it is bound to the same: two commitments for one prediction would be a fault.
      const binding = bindings.get(predictionId) ?? {
        answer: predictionOf(card, [...output]),
        salt: randomBytes(16).toString('base64url'),
      };
      bindings.set(predictionId, binding);
      const [oldest] = bindings.keys();
      if (bindings.size > bindingsMax && oldest !== undefined) bindings.delete(oldest);
      const commitment = digestOf(commitmentText({ ...binding, key: publicKey, predictionId }));
      const signature = signText(setting.signingKey(), commitText({ commitment, predictionId }));
      return { status: 200, body: { commitment, signature } };
    },
    reveal: ({ body, headers }) => {
      requireConsensus(setting, '/reveal', body, headers['tandem-signature']);
      const { predictionId } = body;
      const binding = bindings.get(predictionId);
      if (binding === undefined)
        throw new Problem('unavailable', `No commitment to ${predictionId} is known here.`);
      const revealed = { ...binding, answer: setting.revealed(binding.answer) };
      const signature = signText(setting.signingKey(), revealText({ ...revealed, predictionId }));
      return { status: 200, body: { ...revealed, signature } };
    },
  };
}
