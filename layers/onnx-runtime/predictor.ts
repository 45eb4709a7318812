import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelCard } from '@layers/domain/models/card';
import type { Predictor } from '@layers/domain/models/predictor';
import { isProblem, Problem } from '@layers/domain/problem';
import type { InferenceSession } from 'onnxruntime-node';
import { feedsOf, numbersOf, type Runtime } from './tensors.ts';

/** One thread: a row takes microseconds, and functions run beside each other. */
const sessionOptions: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: 4,
};

interface Loaded {
  readonly runtime: Runtime;
  readonly session: InferenceSession;
}

function refusal(card: ModelCard, why: string, cause?: unknown): Problem {
  const detail = `The model ${card.name} cannot be used: ${why}. Restore its folder, or make file and card anew.`;
  return new Problem('unavailable', detail, { cause });
}

async function load(folder: string, card: ModelCard): Promise<Loaded> {
  const file = join(folder, card.name, card.file.name);
  const content = await readFile(file).catch((error: unknown) => {
    throw refusal(card, `${card.file.name} cannot be read`, error);
  });
  const sha256 = createHash('sha256').update(content).digest('hex');
  if (sha256 !== card.file.sha256) {
    throw refusal(card, `${card.file.name} has the sha256 ${sha256}, its card says ${card.file.sha256}`);
  }
  // Not before a model is asked: listing models needs no native code.
  const runtime = await import('onnxruntime-node');
  try {
    return { runtime, session: await runtime.InferenceSession.create(content, sessionOptions) };
  } catch (error) {
    throw refusal(
      card,
      `${card.file.name} is no model that ONNX Runtime can run (${(error as Error).message})`,
      error,
    );
  }
}

/** Runs the models of a folder. A session is loaded when its model is first asked, and kept. */
export function onnxPredictor(folder: string): Predictor {
  const sessions = new Map<string, Promise<Loaded>>();
  const sessionOf = (card: ModelCard) => {
    const loading = sessions.get(card.name) ?? load(folder, card);
    sessions.set(card.name, loading);
    return loading.catch((error: unknown) => {
      sessions.delete(card.name);
      throw error;
    });
  };
  return {
    async predict(card, columns, rows) {
      const { runtime, session } = await sessionOf(card);
      try {
        const outputs = await session.run(feedsOf(runtime, session, card, columns, rows), [card.output]);
        return numbersOf(
          outputs[card.output],
          rows * (card.task === 'classification' ? card.labels.length : 1),
        );
      } catch (error) {
        throw isProblem(error)
          ? error
          : refusal(card, `it failed to run (${(error as Error).message})`, error);
      }
    },
  };
}
