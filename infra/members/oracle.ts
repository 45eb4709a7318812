import { makeClient } from '@layers/contract/client';
import { consensus } from '@layers/contract/consensus';
import { outcomeText } from '@layers/domain/consensus/claims';
import { signText } from '@layers/http/claims';
import { trustedKey } from '../key-files.ts';

/** Says what was true of a prediction, with the oracle's key of this laptop. @throws ApiProblem. */
export async function sayOutcome(apiUrl: string, predictionId: string, truth: string | number) {
  const signature = signText(trustedKey('oracle'), outcomeText({ predictionId, truth }));
  const client = makeClient(consensus, { baseUrl: apiUrl, timeoutMs: 30_000 });
  return (await client.reportOutcome({ path: { id: predictionId }, body: { truth, signature } })).body;
}
