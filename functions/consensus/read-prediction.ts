import type { consensus } from '@layers/contract/consensus';
import { readEvidence } from '@layers/domain/consensus/evidence';
import { readPrediction as read } from '@layers/domain/predictions/predictions';
import type { Handler } from '@layers/http/serve';
import type { ConsensusParts } from './consensus-parts.ts';
import { showPrediction } from './show.ts';

export function readPrediction({
  predictions,
  consensus: group,
}: ConsensusParts): Handler<typeof consensus.readPrediction> {
  return async ({ path: { id } }) => {
    const [state, evidence] = await Promise.all([read(predictions, id), readEvidence(group, id)]);
    return { status: 200, headers: { Mirror: state.mirror }, body: showPrediction(state, evidence) };
  };
}
