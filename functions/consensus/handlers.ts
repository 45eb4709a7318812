import type { consensus } from '@layers/contract/consensus';
import type { Handlers } from '@layers/http/serve';
import { askTogether } from './ask-together.ts';
import type { ConsensusParts } from './consensus-parts.ts';
import { joinConsensus, leaveConsensus, listMembers } from './membership.ts';
import { openPrediction } from './open-prediction.ts';
import { readConsensus } from './read-consensus.ts';
import { readPrediction } from './read-prediction.ts';
import { readReport } from './read-report.ts';
import { listWeights, readWeights } from './read-weights.ts';
import { reportOutcome } from './report-outcome.ts';

export function consensusHandlers(parts: ConsensusParts): Handlers<typeof consensus> {
  return {
    readConsensus: readConsensus(parts),
    askTogether: askTogether(parts),
    listMembers: listMembers(parts),
    joinConsensus: joinConsensus(parts),
    leaveConsensus: leaveConsensus(parts),
    openPrediction: openPrediction(parts),
    readPrediction: readPrediction(parts),
    reportOutcome: reportOutcome(parts),
    readReport: readReport(parts),
    readWeights: readWeights(parts),
    listWeights: listWeights(parts),
  };
}
