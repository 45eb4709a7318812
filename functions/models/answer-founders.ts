import { answerOf, type StandardAnswer } from '@layers/domain/models/answer';
import { readRow } from '@layers/domain/models/arguments';
import type { ModelCard } from '@layers/domain/models/card';
import { modelsOf } from '@layers/domain/models/choose-model';
import type { ModelCatalogue, Predictor } from '@layers/domain/models/predictor';
import { isProblem } from '@layers/domain/problem';
import * as z from 'zod/mini';

/** What the consensus asks: every model of a data set, in one invocation. */
const asked = z.strictObject({
  dataset: z.string(),
  inputs: z.record(z.string(), z.union([z.string(), z.number()])),
});

/** A model's answer, or why there is none: one that is broken keeps no other from answering. */
export type FounderAnswer =
  | { readonly name: string; readonly answer: StandardAnswer }
  | { readonly name: string; readonly failed: string };

async function answerOne(
  card: ModelCard,
  predictor: Predictor,
  inputs: Readonly<Record<string, string | number>>,
  id: string,
): Promise<FounderAnswer> {
  const startedAt = performance.now();
  try {
    const row = readRow(card, inputs);
    const output = await predictor.predict(card, Float32Array.from(row.columns), 1);
    const timingMs = Math.round((performance.now() - startedAt) * 1000) / 1000;
    return { name: card.name, answer: answerOf(card, row, [...output], { id, timingMs }) };
  } catch (error) {
    if (isProblem(error)) return { name: card.name, failed: error.detail };
    throw error;
  }
}

/** Answers for all of the deployment's own models of a data set, one after another. */
export function answerFounders(catalogue: ModelCatalogue, predictor: Predictor, newId: () => string) {
  return async (event: unknown): Promise<{ answers: readonly FounderAnswer[] }> => {
    const { dataset, inputs } = asked.parse(event);
    const answers: FounderAnswer[] = [];
    for (const card of modelsOf(catalogue, dataset))
      answers.push(await answerOne(card, predictor, inputs, newId()));
    return { answers };
  };
}
