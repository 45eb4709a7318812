import type { consensus } from '@layers/contract/consensus';
import { applyOutcomes } from '@layers/domain/consensus/apply-outcomes';
import { outcomeText } from '@layers/domain/consensus/claims';
import { readEvidence } from '@layers/domain/consensus/evidence';
import { readTruth } from '@layers/domain/consensus/judge-answer';
import {
  closePrediction,
  type PredictionState,
  readPrediction,
} from '@layers/domain/predictions/predictions';
import { Problem } from '@layers/domain/problem';
import { verifyText } from '@layers/http/claims';
import type { Handler } from '@layers/http/serve';
import type { ConsensusParts } from './consensus-parts.ts';
import { cardOf, foundersOf } from './read-group.ts';
import { showPrediction } from './show.ts';

function requireOracle(oracleKey: string | undefined, text: string, signature: string): void {
  if (oracleKey === undefined)
    throw new Problem('forbidden', 'This deployment has no oracle: deploy it with -c oraclePublicKey=<key>.');
  if (!verifyText(oracleKey, text, signature))
    throw new Problem(
      'forbidden',
      'The signature is not the oracle’s over this outcome. GET /consensus shows its key.',
    );
}

function requireAwaited({ prediction }: PredictionState, revealed: boolean, nowMs: number): void {
  if (prediction.closed !== undefined) return;
  if (!revealed)
    throw new Problem(
      'wrong-phase',
      `The members of ${prediction.id} have not revealed yet. Try again soon.`,
    );
  if (Date.parse(prediction.deadlineAt) <= nowMs)
    throw new Problem('wrong-phase', `${prediction.id} had until ${prediction.deadlineAt}: it is void.`);
}

/** The outcome is kept first; weights follow it in the order of predictions, now or by the one-minute rule. */
export function reportOutcome(parts: ConsensusParts): Handler<typeof consensus.reportOutcome> {
  return async ({ path: { id }, body }) => {
    const [before, evidence] = await Promise.all([
      readPrediction(parts.predictions, id),
      readEvidence(parts.consensus, id),
    ]);
    const { dataset } = before.prediction;
    const card = cardOf(parts, dataset);
    const truth = readTruth(card, body.truth);
    if (truth === undefined) {
      const detail =
        card.task === 'classification'
          ? `must be one of ${card.labels.join(', ')}`
          : 'must be a finite number';
      throw new Problem('invalid-request', `That cannot be true of ${dataset}.`, {
        errors: [{ pointer: '/body/truth', detail }],
      });
    }
    requireOracle(parts.oracleKey, outcomeText({ predictionId: id, truth }), body.signature);
    const nowMs = parts.now();
    requireAwaited(before, evidence.reveals !== undefined, nowMs);
    const outcome = {
      predictionId: id,
      truth,
      signature: body.signature,
      reportedAt: new Date(nowMs).toISOString(),
    };
    await closePrediction(parts.predictions, { id, nowMs, as: 'judged', outcome });
    const founders = await foundersOf(parts, dataset);
    await applyOutcomes({
      predictions: parts.predictions,
      consensus: parts.consensus,
      card,
      founders,
      nowMs,
    });
    const after = await readPrediction(parts.predictions, id);
    return { status: 200, headers: { Mirror: after.mirror }, body: showPrediction(after, evidence) };
  };
}
