import { randomUUID } from 'node:crypto';
import { ApiProblem, makeClient } from '@layers/contract/client';
import { consensus } from '@layers/contract/consensus';
import { openPredictionsMax } from '@layers/domain/consensus/settings';
import { predictionIdOf } from '@layers/domain/predictions/prediction';
import { askPatiently } from '../ask-patiently.ts';
import { sayOutcome } from '../members/oracle.ts';
import { type KnownRow, readKnownRows } from './known-rows.ts';

export const consensusClient = (apiUrl: string) =>
  makeClient(consensus, { baseUrl: apiUrl, timeoutMs: 35_000 });

async function ask(apiUrl: string, dataset: string, { inputs, truth }: KnownRow, onAgain: () => void) {
  // A prediction that stopped in the middle keeps its place until the one-minute rule voids it.
  const patience = { onAgain, alsoBusy: 'limit-reached' };
  let key = randomUUID();
  const { body } = await askPatiently(async () => {
    const headers = { 'idempotency-key': key };
    const opened = await consensusClient(apiUrl).openPrediction({ headers, body: { dataset, inputs } });
    if (opened.body.state === 'revealed') return opened;
    // Void for want of a quorum, or stopped in the middle: only another prediction can be answered.
    key = randomUUID();
    throw new ApiProblem('openPrediction', 503, opened.headers, JSON.stringify(opened.body));
  }, patience);
  const members = (body.consensus?.members ?? []).map(({ name, status }) => [name, status]);
  return { id: body.id, truth, statuses: Object.fromEntries(members) as Record<string, string> };
}

export interface AskedAndJudged {
  /** Why predictions got no answer. */
  readonly failed: readonly string[];
  /** Requests that a busy system was sent again. */
  readonly repeated: number;
  /** How each member stood in the last answer, by name. */
  readonly statuses: Readonly<Record<string, string>>;
  /** The id of the last prediction that was judged. */
  readonly last: string | undefined;
}

/**
 * Opens counting predictions, as many at once as may be open, and says their outcomes in order.
 * @throws the signal's reason between two of those
 */
export async function askAndJudge(
  apiUrl: string,
  dataset: string,
  rows: readonly KnownRow[],
  signal?: AbortSignal,
): Promise<AskedAndJudged> {
  const failed: string[] = [];
  let repeated = 0;
  let statuses: Readonly<Record<string, string>> = {};
  let last: string | undefined;
  const onAgain = () => {
    repeated += 1;
  };
  for (let from = 0; from < rows.length; from += openPredictionsMax) {
    signal?.throwIfAborted();
    const some = rows.slice(from, from + openPredictionsMax);
    for (const answer of await Promise.allSettled(some.map((row) => ask(apiUrl, dataset, row, onAgain)))) {
      if (answer.status === 'rejected') {
        failed.push(String(answer.reason).slice(0, 300));
        continue;
      }
      ({ id: last, statuses } = answer.value);
      const { id, truth } = answer.value;
      await askPatiently(() => sayOutcome(apiUrl, id, truth), { onAgain });
    }
  }
  return { failed, repeated, statuses, last };
}

/** Says the outcomes of known rows that were asked and never judged: whoever asked them was stopped, or got no answer. */
export async function judgeOpen(apiUrl: string, dataset: string, fromPlace: number, count: number) {
  const rows = readKnownRows(dataset);
  for (let place = fromPlace; place < fromPlace + count; place += 1) {
    const path = { id: predictionIdOf(dataset, place) };
    const { state, inputs } = (await consensusClient(apiUrl).readPrediction({ path })).body;
    if (state !== 'revealed') continue;
    // What was left out is in the prediction with its default.
    const row = rows.find((one) =>
      Object.entries(one.inputs).every(([name, value]) => inputs[name] === value),
    );
    if (row !== undefined) await askPatiently(() => sayOutcome(apiUrl, path.id, row.truth));
  }
}
