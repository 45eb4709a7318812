import { randomUUID } from 'node:crypto';
import { makeClient } from '@layers/contract/client';
import { consensus } from '@layers/contract/consensus';
import { outcomeKey, predictionKey } from '@layers/domain/predictions/prediction';
import { signOutcome } from '../../members/oracle.ts';
import { type KnownRow, readKnownRows } from '../known-rows.ts';
import {
  attempt,
  insistently,
  newRun,
  readAllOn,
  timeoutMs,
  type Workload,
  type Write,
  workload,
  writeOn,
} from './workload.ts';

const dataset = 'titanic';
/** What a drill that was stopped left open is void by then, and its place free. */
const withinMs = 15 * 60_000;
/** Questions of before the fault that are asked once more when all is over. */
const repeatedMax = 5;

/**
 * Who asks a question that counts, says what was true of it, and asks the next: one alone, since each question asks all
 * members. And one who reads the last one.
 */
export function startAskers(apiUrl: string): Promise<Workload> {
  const client = makeClient(consensus, { baseUrl: apiUrl, timeoutMs });
  const running = newRun();
  const rows = readKnownRows(dataset);
  let place = Math.floor(Math.random() * rows.length);
  const nextRow = () => rows[place++ % rows.length] as KnownRow;
  const newQuestion = ({ inputs }: KnownRow) => ({
    headers: { 'idempotency-key': randomUUID() },
    body: { dataset, inputs, withinMs },
  });
  const asked: { question: ReturnType<typeof newQuestion>; id: string }[] = [];
  const unjudged = new Map<string, KnownRow['truth']>();

  const ask = (row: KnownRow): Write => {
    const question = newQuestion(row);
    return async () => {
      const opened = await attempt(running, 'write', () => client.openPrediction(question));
      if (opened === undefined) return undefined;
      const { id, inputs, openedAt, deadlineAt, state } = opened.answer.body;
      asked.push({ question, id });
      // One that stopped in the middle is never revealed, and made void by the one-minute rule.
      if (state === 'revealed') unjudged.set(id, row.truth);
      const fields = { id, dataset, inputs, openedAt, deadlineAt };
      return [{ recordId: predictionKey(id), fields, counter: 0, mirror: opened.mirror, atMs: Date.now() }];
    };
  };
  const judge =
    (id: string, truth: KnownRow['truth']): Write =>
    async () => {
      const judged = await attempt(running, 'write', () => client.reportOutcome(signOutcome(id, truth)));
      if (judged === undefined) return undefined;
      unjudged.delete(id);
      const { inputs, outcome } = judged.answer.body;
      const at = outcome?.reportedAt;
      const both = { counter: 0, mirror: judged.mirror, atMs: Date.now() };
      return [
        {
          ...both,
          recordId: predictionKey(id),
          fields: { id, dataset, inputs, closed: { as: 'judged', at } },
        },
        { ...both, recordId: outcomeKey(id), fields: { predictionId: id, truth, reportedAt: at } },
      ];
    };
  const judgeOrAsk = (): Write => {
    const [waiting] = unjudged;
    return waiting === undefined ? ask(nextRow()) : judge(...waiting);
  };

  const look = async () => {
    const id = asked.at(-1)?.id;
    if (id !== undefined) await attempt(running, 'read', () => client.readPrediction({ path: { id } }));
  };
  const audit = async () => {
    for (const [id, truth] of unjudged) await insistently(() => client.reportOutcome(signOutcome(id, truth)));
    const twice: string[] = [];
    for (const { question, id } of asked.slice(0, repeatedMax)) {
      const again = (await insistently(() => client.openPrediction(question))).body.id;
      if (again !== id) twice.push(`the prediction ${id}, repeated with its key, became ${again}`);
    }
    return twice;
  };
  const loops = [writeOn(running, judgeOrAsk), ...readAllOn(running, look)];
  return Promise.resolve(workload(running, loops, audit));
}
