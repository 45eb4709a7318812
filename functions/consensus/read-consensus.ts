import type { consensus } from '@layers/contract/consensus';
import { aggregators } from '@layers/domain/consensus/aggregate';
import { probationBatches } from '@layers/domain/consensus/reputation';
import {
  batchSize,
  memberAnswerBytesMax,
  membersMax,
  membersMin,
  memberTimeoutMs,
  openPredictionsMax,
  outcomeWithinMs,
} from '@layers/domain/consensus/settings';
import { weightings } from '@layers/domain/consensus/weightings';
import { datasetsOf } from '@layers/domain/models/choose-model';
import type { Handler } from '@layers/http/serve';
import type { ConsensusParts } from './consensus-parts.ts';

const named = ({ name, title }: { readonly name: string; readonly title: string }) => ({ name, title });

export function readConsensus(parts: ConsensusParts): Handler<typeof consensus.readConsensus> {
  return async () => ({
    status: 200,
    body: {
      publicKey: (await parts.keys()).publicKey,
      ...(parts.oracleKey === undefined ? {} : { oraclePublicKey: parts.oracleKey }),
      datasets: datasetsOf(parts.catalogue),
      weightings: weightings.map(named),
      aggregators: aggregators.map(named),
      limits: {
        memberTimeoutMs,
        memberAnswerBytesMax,
        membersMin,
        membersMax,
        openPredictionsMax,
        batchSize,
        probationBatches,
        outcomeWithinMs,
      },
    },
  });
}
