import { applyOutcomes } from '@layers/domain/consensus/apply-outcomes';
import { readEvidence } from '@layers/domain/consensus/evidence';
import { revealWithinMs } from '@layers/domain/consensus/settings';
import { datasetsOf } from '@layers/domain/models/choose-model';
import type { QueueEntity } from '@layers/domain/predictions/prediction';
import { closePrediction, readQueue } from '@layers/domain/predictions/predictions';
import type { ClosingParts } from './consensus-parts.ts';
import { cardOf, foundersOf } from './read-group.ts';

type Open = QueueEntity['open'][number];

/** Why a prediction counts for nobody by now; `undefined` while it may still be judged. */
async function voidBecause(parts: ClosingParts, open: Open, nowMs: number): Promise<string | undefined> {
  if (Date.parse(open.deadlineAt) <= nowMs) return `no outcome came until ${open.deadlineAt}`;
  if (Date.parse(open.openedAt) + revealWithinMs > nowMs) return undefined;
  const { reveals } = await readEvidence(parts.consensus, open.id);
  return reveals === undefined ? 'it was never revealed, by a fault of the system' : undefined;
}

/** Closes what is past its deadline and goes on with outcomes that were not applied: nothing else has a clock. */
async function closeDataset(parts: ClosingParts, dataset: string) {
  const nowMs = parts.now();
  const queue = await readQueue(parts.predictions, dataset);
  let voided = 0;
  for (const open of queue.open) {
    const reason = await voidBecause(parts, open, nowMs);
    if (reason === undefined) continue;
    await closePrediction(parts.predictions, { id: open.id, nowMs, as: 'void', reason });
    voided += 1;
  }
  const applied = await applyOutcomes({
    predictions: parts.predictions,
    consensus: parts.consensus,
    card: cardOf(parts, dataset),
    founders: await foundersOf(parts, dataset),
    nowMs,
  });
  return { dataset, voided, applied };
}

/** What runs once a minute. @returns what it did, by data set. */
export function closeLate(parts: ClosingParts) {
  return async () => {
    const done = [];
    for (const dataset of datasetsOf(parts.catalogue)) done.push(await closeDataset(parts, dataset));
    return done;
  };
}
