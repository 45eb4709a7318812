import { commitmentText, commitText, outcomeText, revealText } from '@layers/domain/consensus/claims';
import type { EntryEntity } from '@layers/domain/staking/ledger';
import type { PredictionEvidence } from '@layers/domain/staking/round';
import { digestOf, verifyText } from '@layers/http/claims';
import { verifyRequest } from '@layers/http/signed-request';

type Committed = NonNullable<PredictionEvidence['commits']>['members'][number];

/** What a member's own signatures and commitment prove wrong. */
function doubtsOfMember(
  evidence: PredictionEvidence,
  { key, name, commitment, signature }: Committed,
): string[] {
  const predictionId = evidence.prediction.id;
  if (commitment === undefined) return [];
  const doubts = verifyText(key, commitText({ commitment, predictionId }), String(signature))
    ? []
    : [`the commitment of ${name} to ${predictionId} is not signed by its key.`];
  const revealed = evidence.reveals?.members.find((each) => each.key === key);
  if (revealed?.answer === undefined || revealed.salt === undefined) return doubts;
  const { answer, salt, status } = revealed;
  if (!verifyText(key, revealText({ answer, predictionId, salt }), String(revealed.signature)))
    doubts.push(`the reveal of ${name} to ${predictionId} is not signed by its key.`);
  const fits = digestOf(commitmentText({ answer, key, predictionId, salt })) === commitment;
  if (fits !== (status === 'answered'))
    doubts.push(`${name} is said to have ${status} in ${predictionId}; its commitment says otherwise.`);
  return doubts;
}

/** What is wrong with the evidence of one prediction by its own signatures; nothing if all of them hold. */
export function doubtsOf(evidence: PredictionEvidence, oracle: string | undefined): readonly string[] {
  const { prediction, outcome, commits } = evidence;
  const { id: predictionId } = prediction;
  const doubts = (commits?.members ?? []).flatMap((member) => doubtsOfMember(evidence, member));
  if (outcome === undefined || oracle === undefined) return doubts;
  const text = outcomeText({ predictionId, truth: outcome.truth });
  if (verifyText(oracle, text, outcome.signature)) return doubts;
  return [...doubts, `the outcome of ${predictionId} is not the oracle’s.`];
}

/** Whether the request of an entry was signed by whoever it names. */
export function isSigned({ claim }: EntryEntity, path: string): boolean {
  if (claim === undefined) return false;
  const { signer, signedAtMs, signature, body } = claim;
  try {
    verifyRequest(signer, { method: 'POST', path, body }, `t=${signedAtMs},ed25519=${signature}`, signedAtMs);
    return true;
  } catch {
    return false;
  }
}
