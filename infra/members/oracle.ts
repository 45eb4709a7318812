import { makeClient } from '@layers/contract/client';
import { consensus } from '@layers/contract/consensus';
import { outcomeText } from '@layers/domain/consensus/claims';
import { signText } from '@layers/http/claims';
import { trustedKey } from '../key-files.ts';

/** What was true of a prediction, signed with the oracle's key of this laptop: as it is sent. */
export const signOutcome = (predictionId: string, truth: string | number) => ({
  path: { id: predictionId },
  body: { truth, signature: signText(trustedKey('oracle'), outcomeText({ predictionId, truth })) },
});

/** Says what was true of a prediction. @throws ApiProblem. */
export async function sayOutcome(apiUrl: string, predictionId: string, truth: string | number) {
  const client = makeClient(consensus, { baseUrl: apiUrl, timeoutMs: 30_000 });
  return (await client.reportOutcome(signOutcome(predictionId, truth))).body;
}
