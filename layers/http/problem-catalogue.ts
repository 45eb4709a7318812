import type { ProblemKind } from '@layers/domain/problem';

export interface CatalogueEntry {
  readonly status: number;
  readonly title: string;
  readonly explanation: string;
}

/** Every kind of problem with its status and what to do about it; `/errors/{code}` answers from here. */
export const problemCatalogue: Readonly<Record<ProblemKind | 'internal', CatalogueEntry>> = {
  'invalid-request': {
    status: 400,
    title: 'The request has wrong fields',
    explanation:
      'One entry of `errors` for each wrong, missing or unknown field. Mend them all and send the request again.',
  },
  'malformed-json': {
    status: 400,
    title: 'The body is not JSON',
    explanation: 'The body could not be read as JSON in UTF-8. Check quotes, commas and the encoding.',
  },
  unauthenticated: {
    status: 401,
    title: 'The request is not signed in',
    explanation:
      'Send `Authorization: Bearer <token>` with a token of the issuer that this deployment trusts.',
  },
  forbidden: {
    status: 403,
    title: 'The caller may not do this',
    explanation: 'The caller is known but has no right to this resource. Ask its owner.',
  },
  'not-found': {
    status: 404,
    title: 'There is nothing at this address',
    explanation: 'The path or the id in it is not known. GET /openapi.json lists every path.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The method is not allowed here',
    explanation: 'The path exists with other methods: the `Allow` header names them.',
  },
  'version-conflict': {
    status: 409,
    title: 'Somebody else changed it first',
    explanation: 'The record changed while this request was served. Read it again and repeat the change.',
  },
  'insufficient-stock': {
    status: 409,
    title: 'There is not enough stock',
    explanation: 'One entry of `errors` for each line that cannot be served. Lower its quantity or drop it.',
  },
  'limit-reached': {
    status: 409,
    title: 'A limit of the resource is reached',
    explanation: 'The detail names the limit. Remove something, or spread it over several resources.',
  },
  'empty-cart': {
    status: 409,
    title: 'There is nothing to order',
    explanation: 'Put something into the cart first, or send the lines with the order.',
  },
  'mixed-currencies': {
    status: 409,
    title: 'The lines are priced in different currencies',
    explanation: 'An order has one currency. Make one order for each.',
  },
  'lease-lapsed': {
    status: 409,
    title: 'The lease is not yours any more',
    explanation: 'It lapsed, or a newer instance holds it. Register again to get a new generation.',
  },
  'outcome-conflict': {
    status: 409,
    title: 'Another outcome was recorded before',
    explanation: 'The first outcome of a prediction counts for good. Read the prediction to see it.',
  },
  'wrong-phase': {
    status: 409,
    title: 'The prediction is not in the phase for this',
    explanation:
      'An outcome is taken between the reveal and the deadline. Read the prediction to see where it is.',
  },
  'precondition-failed': {
    status: 412,
    title: 'The version in If-Match is not the current one',
    explanation: 'Read the resource again, look at what changed, and repeat with its new ETag.',
  },
  'payload-too-large': {
    status: 413,
    title: 'The request is too large',
    explanation: 'A body may have 256 kB. Split the request.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body must be JSON',
    explanation: 'Send `Content-Type: application/json`; with curl: -H "content-type: application/json".',
  },
  'idempotency-mismatch': {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    explanation: 'A key names one request for 24 hours. Make a new key for a new request.',
  },
  'precondition-required': {
    status: 428,
    title: 'This change needs If-Match',
    explanation: 'A blind write could undo what others did. Read the resource and send its ETag as If-Match.',
  },
  internal: {
    status: 500,
    title: 'Something broke here',
    explanation:
      'The failure is logged under the requestId of the answer. Try again; if it stays, report that id.',
  },
  'no-quorum': {
    status: 503,
    title: 'Too few members answered',
    explanation:
      'The detail names who is missing and why. At least 3 members and two thirds of what they stand for must answer.',
  },
  'outcome-unknown': {
    status: 503,
    title: 'The write may or may not have happened',
    explanation: 'Repeat the request with the same Idempotency-Key: the answer will say what happened.',
  },
  'read-only-mode': {
    status: 503,
    title: 'The system only reads at the moment',
    explanation:
      'A store is lost and the other may not decide alone. Reads go on; try the write again later.',
  },
  unavailable: {
    status: 503,
    title: 'The service cannot answer at the moment',
    explanation: 'Nothing was changed. Try again after the seconds in `Retry-After`.',
  },
};

/** What any route can answer, whatever its row says. */
export const problemsOfEveryRoute = [
  'invalid-request',
  'internal',
  'not-found',
  'method-not-allowed',
  'payload-too-large',
] as const satisfies readonly (keyof typeof problemCatalogue)[];

/** What any route with a body can answer beside those. */
export const problemsOfEveryBody = [
  'malformed-json',
  'unsupported-media-type',
] as const satisfies readonly (keyof typeof problemCatalogue)[];
