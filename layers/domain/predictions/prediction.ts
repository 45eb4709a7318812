import * as z from 'zod';

/** Also a segment of a record's id. */
export const predictionIdPattern = /^[A-Za-z0-9_-]{1,64}$/;

const predictionId = z.string().regex(predictionIdPattern);

/** A prediction that counts: what was asked, until when it may be answered and judged. Its members' answers are evidence. */
export const predictionEntity = z.looseObject({
  id: predictionId,
  dataset: z.string().min(1),
  /** By the names of the data's columns; an optional one that was not given is absent. */
  inputs: z.record(z.string(), z.union([z.string(), z.number()])),
  openedAt: z.iso.datetime(),
  /** Without an outcome by then it is void for all. */
  deadlineAt: z.iso.datetime(),
});

/** What was true of a prediction. The first one wins. */
export const outcomeEntity = z.looseObject({
  predictionId,
  /** A label, or a value in the data set's unit. */
  truth: z.union([z.string().min(1), z.number()]),
  /** Ed25519, 64 bytes in base64url: of the oracle. */
  signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
  reportedAt: z.iso.datetime(),
});

export type PredictionEntity = z.output<typeof predictionEntity>;
export type OutcomeEntity = z.output<typeof outcomeEntity>;

export const predictionKey = (id: string) => `predictions/${id}`;
export const outcomeKey = (predictionIdOfIt: string) => `outcomes/${predictionIdOfIt}`;
