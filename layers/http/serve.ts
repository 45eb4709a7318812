import type { Answer, Input, RouteRow, Routes } from '@layers/contract/route';
import { Problem } from '@layers/domain/problem';
import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { anonymous, askNobody, type Identify, permit } from './access.ts';
import { answerConditionally } from './conditional-get.ts';
import { type Log, makeLog, type WriteLine } from './log.ts';
import { lowerCased, parseRequest } from './parse-request.ts';
import { problemResponse } from './problem-response.ts';
import { checkLimits } from './request-limits.ts';
import { continueTrace, runInTrace, traceIdOf } from './trace.ts';

/** What a handler may know of the call beside its validated input. */
export interface Call {
  readonly requestId: string;
  readonly traceparent: string;
  readonly log: Log;
  /** The token's subject, or `anonymous` where tokens are off or the route is everybody's. */
  readonly principal: string;
  /** The API's own address as the caller wrote it, without a slash at its end. */
  readonly baseUrl: string;
  readonly remainingMs: () => number;
}

export type Handler<R extends RouteRow> = (input: Input<R>, call: Call) => Promise<Answer<R>> | Answer<R>;

/** One handler an operation: one that is missing does not compile. */
export type Handlers<R extends Routes> = { readonly [K in keyof R]: Handler<R[K]> };

/** Middy makes the signal itself; its types ask for one all the same. */
const neverAborted = { signal: new AbortController().signal };

type Fallback = (event: APIGatewayProxyEvent) => Problem | Promise<Problem>;

/** A function as the platform calls it. */
export type LambdaHandler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

/** Before the platform kills the function, so that the caller gets a problem and not a bare 502. */
const answerBeforeTimeoutMs = 400;

interface Known {
  readonly row: RouteRow;
  readonly handler: (input: unknown, call: Call) => Promise<Answer<RouteRow>> | Answer<RouteRow>;
}

function table(rows: Routes, handlers: Handlers<Routes>): Map<string, Known> {
  return new Map(
    Object.entries(rows).map(([operation, row]) => [
      `${row.method} ${row.path}`,
      { row, handler: handlers[operation] as Known['handler'] },
    ]),
  );
}

/** A name or an address, with a port perhaps: what a caller writes here comes back in links. */
const hostPattern = /^([A-Za-z0-9]([A-Za-z0-9.-]{0,252})?|\[[0-9A-Fa-f:.]{2,45}\])(:\d{1,5})?$/;

function addressOf(event: APIGatewayProxyEvent): string {
  const given = event.headers.Host ?? event.headers.host ?? '';
  const host = hostPattern.test(given) ? given : (event.requestContext.domainName ?? 'localhost');
  const forwarded = event.headers['X-Forwarded-Proto'] ?? event.headers['x-forwarded-proto'];
  // Of several proxies the first one met the caller.
  const scheme = /^https\b/i.test(forwarded ?? '') ? 'https' : 'http';
  const { apiId, stage } = event.requestContext;
  if (stage === '$default') return `${scheme}://${host}`;
  // An emulator serves many APIs on one host, below a path; on AWS each has a host of its own.
  return host.startsWith(`${apiId}.`)
    ? `${scheme}://${host}/${stage}`
    : `${scheme}://${host}/_aws/execute-api/${apiId}/${stage}`;
}

function respond(row: RouteRow, answer: Answer<RouteRow>): APIGatewayProxyResult {
  const mediaType = row.responses[answer.status]?.mediaType ?? 'application/json';
  const body = answer.body as unknown;
  const headers = { ...(body === undefined ? {} : { 'content-type': mediaType }), ...answer.headers };
  const text = typeof body === 'string' && !mediaType.endsWith('json');
  return {
    statusCode: answer.status,
    headers,
    body: body === undefined ? '' : text ? body : JSON.stringify(body),
  };
}

interface Tandem extends Context {
  call: Call;
  /** The event's, by their names in lower case. */
  headers: Readonly<Record<string, string>>;
  startedAt: number;
}

type Middleware = middy.MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult, Error, Tandem>;

/** Every answer and every log line carries the request's id; one line says how the request ended. */
function observed(name: string, write: WriteLine | undefined): Middleware {
  const finish = (request: middy.Request<APIGatewayProxyEvent, APIGatewayProxyResult, Error, Tandem>) => {
    const { event, context, response } = request;
    if (response == null) return;
    const call = context.call;
    response.headers = {
      'x-content-type-options': 'nosniff',
      ...response.headers,
      'x-request-id': call.requestId,
      traceparent: call.traceparent,
    };
    const durationMs = Math.round((performance.now() - context.startedAt) * 10) / 10;
    call.log.info('request', {
      method: event.httpMethod,
      // Not the path itself: it names users.
      route: event.resource,
      status: response.statusCode,
      durationMs,
    });
  };
  return {
    before: ({ event, context }) => {
      const requestId = event.requestContext.requestId;
      context.headers = lowerCased(event.headers);
      const traceparent = continueTrace(context.headers.traceparent);
      context.startedAt = performance.now();
      context.call = {
        requestId,
        traceparent,
        log: makeLog({ function: name, requestId, trace: traceIdOf(traceparent) }, write),
        principal: anonymous,
        baseUrl: addressOf(event),
        remainingMs: () => context.getRemainingTimeInMillis(),
      };
    },
    after: finish,
    onError: finish,
  };
}

/** Failures become problems, and what the caller has already becomes 304. */
function answered(): Middleware {
  return {
    after: (request) => {
      const { event, context, response } = request;
      if (response != null)
        request.response = answerConditionally(event.httpMethod, context.headers['if-none-match'], response);
    },
    onError: (request) => {
      const { event, error } = request;
      const { call } = request.context;
      request.response = problemResponse(error, call.requestId, event.path, call.log);
    },
  };
}

/**
 * The Lambda handler of a context: finds the row of the request, validates, calls, answers.
 * Requests that match no row get the problem that `fallback` makes; by default 404. `identify` tells who calls; by
 * default nobody is asked. `write` takes the lines of its log; by default they are the process's output.
 */
export function serve<const R extends Routes>(
  name: string,
  rows: R,
  handlers: Handlers<R>,
  fallback?: Fallback,
  identify: Identify = askNobody,
  write?: WriteLine,
): LambdaHandler {
  const known = table(rows, handlers as unknown as Handlers<Routes>);
  const nowhere: Fallback = (event) => new Problem('not-found', `There is nothing at ${event.path}.`);
  const served = middy<APIGatewayProxyEvent, APIGatewayProxyResult, Error, Tandem>({
    timeoutEarlyInMillis: answerBeforeTimeoutMs,
    timeoutEarlyResponse: () => {
      throw new Problem(
        'outcome-unknown',
        'The request took too long and was given up. Repeat it with the same Idempotency-Key.',
      );
    },
  })
    .use(observed(name, write)) // runs last of all on the way out, so it comes first here
    .use(answered())
    .handler(async (event: APIGatewayProxyEvent, context: Tandem) => {
      const found = known.get(`${event.httpMethod} ${event.resource}`);
      if (found === undefined) throw await (fallback ?? nowhere)(event);
      checkLimits(event);
      const caller = await identify(found.row, context.headers);
      const input = parseRequest(found.row, event, context.headers);
      permit(found.row, caller, input);
      const call = { ...context.call, principal: caller.principal };
      const answer = await runInTrace(call.traceparent, () => found.handler(input, call));
      return respond(found.row, answer);
    });
  // The middlewares make a Tandem of the platform's context before anything reads it.
  return (event, context) => served(event, context as Tandem, neverAborted) as Promise<APIGatewayProxyResult>;
}
