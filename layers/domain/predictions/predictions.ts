import { canonicalJson } from '../canonical-json.ts';
import { openPredictionsMax, outcomeWithinMs } from '../consensus/settings.ts';
import { Problem } from '../problem.ts';
import type { Change, Entity, Idempotency, MirroredGroup, MirrorState } from '../redundancy/transaction.ts';
import {
  type OutcomeEntity,
  outcomeEntity,
  outcomeKey,
  type PredictionEntity,
  placeOf,
  predictionEntity,
  predictionIdOf,
  predictionKey,
  type QueueEntity,
  queueEntity,
  queueKey,
} from './prediction.ts';

const iso = (ms: number) => new Date(ms).toISOString();
const racesMax = 8;

const parseWith =
  <T>(schema: { parse(value: unknown): T }) =>
  (entity: Entity | undefined): T | undefined =>
    entity === undefined ? undefined : schema.parse(JSON.parse(entity.image));
const parsePrediction = parseWith(predictionEntity);
const parseOutcome = parseWith(outcomeEntity);
const parseQueue = parseWith(queueEntity);

/** The queue of a data set as it is, or as it begins. */
export async function readQueue(group: MirroredGroup, dataset: string): Promise<QueueEntity> {
  const key = queueKey(dataset);
  const { entities } = await group.read([key]);
  return parseQueue(entities.get(key)) ?? { dataset, opened: 0, open: [] };
}

export interface PredictionState {
  readonly prediction: PredictionEntity;
  readonly outcome: OutcomeEntity | undefined;
  readonly mirror: MirrorState;
}

const noPrediction = (id: string) => new Problem('not-found', `There is no prediction ${id}.`);

/** All at one point in time. @param ids at most 40. @throws Problem `not-found`. */
export async function readPredictions(
  group: MirroredGroup,
  ids: readonly string[],
): Promise<readonly PredictionState[]> {
  if (ids.length === 0) return [];
  const { entities, mirror } = await group.read(ids.flatMap((id) => [predictionKey(id), outcomeKey(id)]));
  return ids.map((id) => {
    const prediction = parsePrediction(entities.get(predictionKey(id)));
    if (prediction === undefined) throw noPrediction(id);
    return { prediction, outcome: parseOutcome(entities.get(outcomeKey(id))), mirror };
  });
}

/** @throws Problem `not-found`. */
export async function readPrediction(group: MirroredGroup, id: string): Promise<PredictionState> {
  const [state] = await readPredictions(group, [id]);
  if (state === undefined) throw noPrediction(id);
  return state;
}

interface Opening {
  readonly dataset: string;
  readonly inputs: PredictionEntity['inputs'];
  readonly nowMs: number;
  readonly withinMs: number | undefined;
  readonly idempotency: Idempotency | undefined;
}

export interface Opened {
  readonly id: string;
  /** Another request with the same key opened it. */
  readonly replayed: boolean;
  readonly mirror: MirrorState;
}

function refuseMore(queue: QueueEntity): void {
  if (queue.open.length < openPredictionsMax) return;
  const waiting = queue.open.map(({ id }) => id).join(', ');
  const detail = `At most ${openPredictionsMax} predictions of ${queue.dataset} wait for their outcome at once; now ${waiting}.`;
  throw new Problem('limit-reached', detail);
}

/**
 * Takes the next place of a data set for a prediction that counts.
 * @throws Problem `limit-reached` with too many open; `unavailable` if others kept being faster.
 */
export async function openPrediction(group: MirroredGroup, opening: Opening): Promise<Opened> {
  const { dataset, inputs, nowMs, idempotency } = opening;
  const window = { openedAt: iso(nowMs), deadlineAt: iso(nowMs + (opening.withinMs ?? outcomeWithinMs)) };
  for (let races = 0; races < racesMax; races += 1) {
    const place = (await readQueue(group, dataset)).opened + 1;
    const id = predictionIdOf(dataset, place);
    const { answer, replayed, mirror } = await group.write({
      keys: [predictionKey(id), queueKey(dataset)],
      idempotency,
      decide(current) {
        const queue = parseQueue(current.get(queueKey(dataset))) ?? { dataset, opened: 0, open: [] };
        // Another took this place: nothing is written, the next one is tried.
        if (queue.opened + 1 !== place) return { changes: [], answer: '' };
        refuseMore(queue);
        const next = { ...queue, opened: place, open: [...queue.open, { id, ...window }] };
        const prediction: PredictionEntity = { id, dataset, inputs, ...window };
        return {
          changes: [
            { id: predictionKey(id), image: canonicalJson(prediction) },
            { id: queueKey(dataset), image: canonicalJson(next) },
          ],
          answer: id,
        };
      },
    });
    if (answer !== '') return { id: answer, replayed, mirror };
  }
  throw new Problem('unavailable', 'Others kept opening predictions first. Try again.', {
    retryAfterSeconds: 1,
  });
}

interface Closing {
  readonly id: string;
  readonly nowMs: number;
  readonly as: 'judged' | 'void';
  readonly reason?: string;
  readonly outcome?: OutcomeEntity;
}

type Found = { prediction: PredictionEntity; outcome: OutcomeEntity | undefined };

/** @returns true if it is closed in just that way already. @throws Problem for a contradiction. */
function closedAlready({ prediction, outcome }: Found, closing: Closing): boolean {
  if (prediction.closed === undefined) return false;
  if (closing.as === 'void' || outcome?.truth === closing.outcome?.truth) return true;
  if (outcome !== undefined)
    throw new Problem(
      'outcome-conflict',
      `Another outcome of ${closing.id} was recorded before; the first one counts.`,
    );
  throw new Problem(
    'wrong-phase',
    `${closing.id} is void: ${prediction.closed.reason ?? 'closed without an outcome'}.`,
  );
}

function closeIn(
  current: ReadonlyMap<string, Entity | undefined>,
  dataset: string,
  closing: Closing,
): Change[] {
  const { id, nowMs, as, reason, outcome } = closing;
  const prediction = parsePrediction(current.get(predictionKey(id)));
  if (prediction === undefined) throw noPrediction(id);
  if (closedAlready({ prediction, outcome: parseOutcome(current.get(outcomeKey(id))) }, closing)) return [];
  const queue = parseQueue(current.get(queueKey(dataset))) ?? { dataset, opened: 0, open: [] };
  const closed = { as, at: iso(nowMs), ...(reason === undefined ? {} : { reason }) };
  return [
    { id: predictionKey(id), image: canonicalJson({ ...prediction, closed }) },
    {
      id: queueKey(dataset),
      image: canonicalJson({ ...queue, open: queue.open.filter((each) => each.id !== id) }),
    },
    ...(outcome === undefined ? [] : [{ id: outcomeKey(id), image: canonicalJson(outcome) }]),
  ];
}

/**
 * Ends the wait for an outcome: by one, or as void. The first closing wins; the same again changes nothing.
 * @throws Problem `not-found`, `outcome-conflict` for another outcome, `wrong-phase` for an outcome of what is void.
 */
export async function closePrediction(group: MirroredGroup, closing: Closing): Promise<MirrorState> {
  const dataset = placeOf(closing.id)?.dataset;
  if (dataset === undefined) throw noPrediction(closing.id);
  const { mirror } = await group.write({
    keys: [predictionKey(closing.id), queueKey(dataset), outcomeKey(closing.id)],
    idempotency: undefined,
    decide: (current) => ({ changes: closeIn(current, dataset, closing), answer: '' }),
  });
  return mirror;
}
