import * as z from 'zod/mini';

/** Also a segment of a record's id. */
export const predictionIdPattern = /^[A-Za-z0-9_-]{1,64}$/;

const predictionId = z.string().check(z.regex(predictionIdPattern));

/** A prediction that counts: what was asked, until when it may be judged. Its members' answers are evidence. */
export const predictionEntity = z.lazy(() =>
  z.looseObject({
    id: predictionId,
    dataset: z.string().check(z.minLength(1)),
    /** By the names of the data's columns; an optional one that was not given is absent. */
    inputs: z.record(z.string(), z.union([z.string(), z.number()])),
    openedAt: z.iso.datetime(),
    /** Without an outcome by then it is void for all. */
    deadlineAt: z.iso.datetime(),
    /** Absent while it waits for its outcome. */
    closed: z.optional(
      z.looseObject({
        as: z.enum(['judged', 'void']),
        at: z.iso.datetime(),
        reason: z.optional(z.string().check(z.maxLength(200))),
      }),
    ),
  }),
);

/** What was true of a prediction. The first one wins. */
export const outcomeEntity = z.lazy(() =>
  z.looseObject({
    predictionId,
    /** A label, or a value in the data set's unit. */
    truth: z.union([z.string().check(z.minLength(1)), z.number()]),
    /** Ed25519, 64 bytes in base64url: of the oracle. */
    signature: z.string().check(z.regex(/^[A-Za-z0-9_-]{86}$/)),
    reportedAt: z.iso.datetime(),
  }),
);

/** The predictions of a data set in their order: how many there were, and which wait for their outcome. */
export const queueEntity = z.lazy(() =>
  z.looseObject({
    dataset: z.string().check(z.minLength(1)),
    opened: z.int().check(z.gte(0)),
    open: z.array(
      z.looseObject({ id: predictionId, openedAt: z.iso.datetime(), deadlineAt: z.iso.datetime() }),
    ),
  }),
);

export type PredictionEntity = z.output<typeof predictionEntity>;
export type OutcomeEntity = z.output<typeof outcomeEntity>;
export type QueueEntity = z.output<typeof queueEntity>;

export const predictionKey = (id: string) => `predictions/${id}`;
export const outcomeKey = (predictionIdOfIt: string) => `outcomes/${predictionIdOfIt}`;
export const queueKey = (dataset: string) => `predictions/queue/${dataset}`;

/** Data sets with longer names could not be in an id. */
export const datasetNameCharsMax = 50;

/** `iris-000000042`: the id says the place, so that whoever judges in order needs no index. */
export const predictionIdOf = (dataset: string, place: number) =>
  `${dataset}-${String(place).padStart(9, '0')}`;

/** @returns the place in its data set, from 1; `undefined` for an id that no prediction has. */
export function placeOf(id: string): { dataset: string; place: number } | undefined {
  const [, dataset, digits] = /^([a-z0-9-]{1,50})-(\d{9})$/.exec(id) ?? [];
  return dataset === undefined || digits === undefined ? undefined : { dataset, place: Number(digits) };
}
